import pytest
import torch
import torch.nn.functional as F
from brains import Figures
from torch.utils.data import DataLoader, Dataset

from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.dataio.windows import ShuffledWindows
from speechbrain_singer.lobes.notes_head import NotesHead
from speechbrain_singer.objectives.notes import NoteLoss
from speechbrain_singer.supervised.notes import (
    NotesBrain,
    frame_counts,
    frame_figures,
)
from speechbrain_singer.training.stages import one_stage

CHUNKS, FRAMES, WIDTH = 12, 10, 6
EPOCHS = 3


class Chunks(Dataset):
    """Frames of which the first values say what is sung."""

    def __init__(self, seed=0):
        generator = torch.Generator().manual_seed(seed)
        shape = CHUNKS, FRAMES
        onset = (torch.rand(shape, generator=generator) < 0.2).long()
        silence = (torch.rand(shape, generator=generator) < 0.3).long()
        silence = silence * (1 - onset)
        octave = torch.where(silence == 1, 4, 1 + onset)
        pitch_class = torch.where(silence == 1, 12, 5)
        labels = [onset, silence, octave, pitch_class]
        self.label = torch.stack(labels, dim=-1).to(torch.int8).numpy()
        noise = torch.randn((*shape, WIDTH), generator=generator)
        self.features = 0.1 * noise
        self.features[..., 0] += onset
        self.features[..., 1] += silence

    def __len__(self):
        return CHUNKS

    def __getitem__(self, index):
        return {
            "features": self.features[index].half(),
            "label": self.label[index],
            "row": 0,
        }


class Dropping(torch.nn.Linear):
    """A network with dropout, of which the draws come from the seeds."""

    def forward(self, frames):
        return F.dropout(super().forward(frames), 0.1, self.training)


def brain(folder, kind=NotesBrain, lr=0.05):
    torch.manual_seed(0)
    stage = one_stage(folder, epochs=EPOCHS, lr=lr)[0]
    brain = kind(
        modules={
            "features": torch.nn.Identity(),
            "encoder": Dropping(WIDTH, 8),
            "head": NotesHead(8),
            "objective": NoteLoss(),
        },
        opt_class=lambda parameters: torch.optim.Adam(parameters, lr=lr),
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=3,
        **stage.options | {"log": Figures()},
    )
    brain.stage = stage
    return brain


def fit(brain):
    """The records of the epochs."""
    loader = clip_loader(ShuffledWindows(Chunks(1), seed=2), CHUNKS, 4)
    valid = DataLoader(Chunks(2), batch_size=5)
    brain.fit(brain.stage.epoch_counter, loader, valid)
    return brain.log.epochs


def state(brain):
    return {
        name: value.clone()
        for module in ("encoder", "head")
        for name, value in brain.modules[module]
        .state_dict(prefix=f"{module}.")
        .items()
    }


def test_it_learns_what_is_sung(tmp_path):
    trained = brain(tmp_path)
    first, *_, last = fit(trained)
    assert last["valid"]["loss"] < 0.7 * first["valid"]["loss"]
    assert last["valid"]["pitch_accuracy"] > first["valid"]["pitch_accuracy"]
    best = trained.recover_best()
    assert best["loss"] == min(r["valid"]["loss"] for r in trained.log.epochs)


def test_the_loss_is_that_of_the_validation(tmp_path):
    untrained = brain(tmp_path, lr=1e-30)
    (valid, *_) = [record["valid"] for record in fit(untrained)]
    chunks = Chunks(2)
    modules = untrained.modules.eval()
    with torch.no_grad():
        frames = modules.encoder(chunks.features.half().float())
        logits = modules.head(frames)
    labels = torch.from_numpy(chunks.label).long()
    # Batches of 5, 5 and 2, as SpeechBrain means them
    losses = [
        NoteLoss()(logits[part], labels[part])
        for part in (slice(0, 5), slice(5, 10), slice(10, 12))
    ]
    mean = sum(losses).item() / 3
    assert valid["loss"] == pytest.approx(mean, rel=1e-5)
    figures = frame_figures(frame_counts(logits, labels).tolist())
    assert {k: valid[k] for k in figures} == pytest.approx(figures)


def test_a_killed_run_ends_as_if_it_had_not_been(tmp_path):
    whole = brain(tmp_path / "whole")
    fit(whole)

    class KilledError(Exception):
        pass

    class Mortal(NotesBrain):
        def on_fit_batch_end(self, *args, **kwargs):
            if (self.epoch, self.step) == (2, 2):
                raise KilledError

    with pytest.raises(KilledError):
        fit(brain(tmp_path / "killed", Mortal))
    again = brain(tmp_path / "killed")
    records = fit(again)
    assert [record["epoch"] for record in records] == [2, 3]
    assert records == whole.log.epochs[1:]
    expected = state(whole)
    for name, value in state(again).items():
        assert torch.equal(value, expected[name]), name


def test_frames_are_counted_by_hand():
    labels = torch.tensor(
        [[1, 0, 2, 0], [0, 0, 2, 0], [0, 1, 4, 12], [0, 0, 4, 3]]
    )
    logits = torch.zeros(4, 20)
    logits[:, 0] = torch.tensor([5.0, 5.0, -5.0, -5.0])  # one onset too many
    logits[:, 1] = torch.tensor([-5.0, 5.0, 5.0, -5.0])  # one rest too many
    logits[[0, 1], [2 + 2, 2 + 2]] = 1.0
    logits[[0, 1], [7 + 0, 7 + 1]] = 1.0  # the second class is wrong
    counts = frame_counts(logits, labels)
    # The last frame is sung, but has no octave
    assert counts.tolist() == [1, 2, 1, 3, 4, 1, 2]
    assert frame_figures(counts.tolist()) == {
        "onset_f1": pytest.approx(200 / 3),
        "silence_accuracy": 75.0,
        "pitch_accuracy": 50.0,
    }
    twice = frame_counts(logits.expand(2, 3, 4, 20), labels.expand(2, 3, 4, 4))
    assert twice.tolist() == [6 * count for count in counts.tolist()]


def test_where_nothing_is_there_figures_are_zero():
    assert set(frame_figures([0] * 7).values()) == {0.0}
