import copy
import pickle

import pytest
import torch

from speechbrain_singer.inference.encoder import SingerEncoder


def state(encoder):
    return {name: x.clone() for name, x in encoder.state_dict().items()}


@pytest.fixture(params=[True, False], ids=["frozen", "thawed"])
def guest(folder, request):
    return SingerEncoder.from_hparams(
        folder, freeze_params=request.param, run_opts={"device": "cpu"}
    )


def around(guest):
    return torch.nn.ModuleDict(
        {"conversion": torch.nn.BatchNorm1d(2), "singer": guest}
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.train(),
        lambda model: model.apply(lambda module: module.train()),
        lambda model: model.half(),
        lambda model: model.to(torch.bfloat16).train(),
        lambda model: model.double(),
        lambda model: [module.train() for module in model.modules()],
    ],
)
def test_nothing_that_is_done_around_it_changes_it(guest, noise, change):
    wavs = torch.stack([noise(0.5, 1), noise(0.5, 2)])
    expected, before = guest.encode_batch(wavs), state(guest)
    model = around(guest)
    change(model)
    assert model["conversion"].training or (
        model["conversion"].weight.dtype != torch.float32
    )
    assert torch.equal(guest.encode_batch(wavs), expected)
    model.eval()
    assert torch.equal(guest.encode_batch(wavs), expected)
    after = state(guest)
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_gradients_flow_in_training_mode(folder, noise):
    guest = SingerEncoder.from_hparams(folder, freeze_params=False)
    around(guest).train()
    guest.encode_batch(noise(0.5))[0, 0, 0].backward()
    assert all(p.grad is not None for p in guest.mods.parameters())


def test_it_is_moved_with_the_model(guest):
    around(guest).to("meta")
    assert guest.device == guest.device_type == "meta"


def test_copies_encode_alike(guest, noise):
    wavs = noise(0.5)
    expected = guest.encode_batch(wavs)
    for twin in (copy.deepcopy(guest), pickle.loads(pickle.dumps(guest))):
        assert torch.equal(twin.encode_batch(wavs), expected)


@pytest.mark.parametrize(
    "run_opts",
    [
        *("cpu", {"device": "nonsense"}, {"precision": "fp7"}),
        *({"device": "cuda:99"}, {"divice": "cpu"}),
    ],
)
def test_options_that_make_no_sense(folder, run_opts):
    with pytest.raises(ValueError, match="run_opts"):
        SingerEncoder.from_hparams(folder, run_opts=run_opts)
