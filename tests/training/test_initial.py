import pytest
import torch

from speechbrain_singer.training.checkpoints import AtomicCheckpointer
from speechbrain_singer.training.initial import with_weights_of


def linear(value):
    layer = torch.nn.Linear(2, 2)
    torch.nn.init.constant_(layer.weight, value)
    return layer


def saved(folder, figures, name="encoder"):
    """A checkpoint for each value of a figure, the weights count them."""
    for number, meta in enumerate(figures):
        models = {name: linear(number), "counter": linear(9)}
        AtomicCheckpointer(folder / "save", models).save_checkpoint(meta=meta)


@pytest.mark.parametrize(
    ("figures", "best"),
    [
        ([{"EER": 30}, {"EER": 10}, {"EER": 20}], 1),
        ([{"loss": 1.0}, {"loss": 2.0}], 0),
        ([{"EER": 9, "loss": 3}, {"EER": 8, "loss": 4}], 1),
    ],
)
def test_the_best_weights_of_the_modules_that_are_asked_for(
    tmp_path, figures, best
):
    saved(tmp_path, figures)
    modules = {"encoder": linear(7), "augmentation": torch.nn.Identity()}
    assert with_weights_of(modules, tmp_path) is modules
    assert (modules["encoder"].weight == best).all()


def test_without_a_run_nothing_changes():
    modules = {"encoder": linear(7)}
    assert with_weights_of(modules) is modules
    assert (modules["encoder"].weight == 7).all()


def test_another_model_is_refused(tmp_path):
    saved(tmp_path, [{"EER": 1}])
    with pytest.raises(RuntimeError, match="without projector"):
        with_weights_of({"projector": linear(1)}, tmp_path)
    with pytest.raises(RuntimeError, match="other settings"):
        with_weights_of({"encoder": torch.nn.Linear(3, 2)}, tmp_path)


def test_a_folder_without_checkpoints_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        with_weights_of({"encoder": linear(1)}, tmp_path / "nothing")
