import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient
from scipy.special import softmax

from speechbrain_singer.dataio.note_frames import (
    frame_times,
    frames_to_notes,
    notes_to_frames,
)
from speechbrain_singer.objectives.notes import (
    NoteLoss,
    note_losses,
    note_probabilities,
)


def draw_frames(batch, frames, seed=0):
    """Logits [batch, frames, 20] and labels [batch, frames, 4] of all kinds."""
    rng = np.random.default_rng(seed)
    logits = 3 * rng.standard_normal((batch, frames, 20))
    labels = rng.integers(0, [2, 2, 5, 13], (batch, frames, 4))
    return logits, labels


def binary_by_hand(logit, label, weight):
    """-w y log s(x) - (1 - y) log(1 - s(x)), s(x) = 1 / (1 + e^-x)."""
    if label:
        return weight * np.log1p(np.exp(-logit))
    return np.log1p(np.exp(logit))


def by_hand(logits, labels, weight=15.0):
    """Frame by frame: the four means."""
    frames = []
    for x, y in zip(logits.reshape(-1, 20), labels.reshape(-1, 4), strict=True):
        octaves, classes = x[2:7], x[7:20]
        frames.append(
            [
                binary_by_hand(x[0], y[0], weight),
                binary_by_hand(x[1], y[1], 1.0),
                np.log(np.exp(octaves).sum()) - octaves[y[2]],
                np.log(np.exp(classes).sum()) - classes[y[3]],
            ]
        )
    return np.mean(frames, axis=0)


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (2, 30)])
@pytest.mark.parametrize("weight", [1.0, 15.0])
def test_value_and_gradient_by_hand(shape, weight):
    logits, labels = draw_frames(*shape)
    check_value_and_gradient(
        lambda x: NoteLoss(weight)(x, torch.tensor(labels)),
        lambda x: by_hand(x, labels, weight).sum(),
        logits,
    )


def test_each_part_by_hand():
    logits, labels = draw_frames(3, 50)
    losses = note_losses(torch.tensor(logits), torch.tensor(labels))
    assert list(losses) == ["onset", "silence", "octave", "pitch_class"]
    measured = [loss.item() for loss in losses.values()]
    assert measured == pytest.approx(by_hand(logits, labels))


def test_the_published_weight_is_the_default():
    logits, labels = map(torch.tensor, draw_frames(2, 30))
    assert NoteLoss()(logits, labels) == NoteLoss(15)(logits, labels)
    assert NoteLoss()(logits, labels) != NoteLoss(14)(logits, labels)


@pytest.mark.parametrize("sign", [1, -1])
def test_logits_that_are_large_stay_finite(sign):
    logits, labels = map(torch.tensor, draw_frames(2, 30))
    logits = (sign * 1e4 * logits.float()).requires_grad_()
    NoteLoss()(logits, labels).backward()
    assert logits.grad.isfinite().all()


def test_autocast_computes_in_single_precision():
    logits, labels = map(torch.tensor, draw_frames(2, 30))
    logits = logits.bfloat16()
    expected = NoteLoss()(logits.float(), labels)
    with torch.autocast("cpu", torch.bfloat16):
        loss = NoteLoss()(logits, labels)
    assert loss.dtype == torch.float32
    assert loss == expected


def test_probabilities_of_logits():
    logits, _ = draw_frames(2, 30)
    probabilities = note_probabilities(torch.tensor(logits).requires_grad_())
    assert not probabilities.requires_grad
    parts = [
        1 / (1 + np.exp(-logits[..., :2])),
        softmax(logits[..., 2:7], axis=-1),
        softmax(logits[..., 7:], axis=-1),
    ]
    expected = np.concatenate(parts, axis=-1)
    np.testing.assert_allclose(probabilities.numpy(), expected, rtol=1e-12)


def test_neighbours_that_are_sure_of_an_onset_are_told_apart():
    """In single precision both would be 1, and so two onsets."""
    logits = torch.full((9, 20), -30.0)
    logits[2:4, 0] = torch.tensor([25.0, 20.0])
    logits[:, [4, 7]] = 0.0
    times = frame_times(9)
    notes = frames_to_notes(note_probabilities(logits), times)
    assert notes.tolist() == [[times[2], times[8], 60]]


def test_down_the_gradient_lie_the_notes():
    times = frame_times(150)
    notes = [(0.1, 0.5, 60), (0.5, 0.9, 60), (1.2, 2.0, 47), (2.0, 2.05, 83)]
    labels = torch.tensor(notes_to_frames(notes, times))[None]
    logits = torch.zeros(1, 150, 20, requires_grad=True)
    NoteLoss()(logits, labels).backward()
    back = frames_to_notes(note_probabilities(-1e4 * logits.grad[0]), times)
    assert back[:, 2].tolist() == [60, 60, 47, 83]
    assert abs(back - notes)[:, :2].max() <= 0.01 + 1e-9


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        ((2, 9, 19), (2, 9, 4)),
        ((2, 9, 20), (2, 9, 3)),
        ((2, 9, 20), (2, 8, 4)),
        ((2, 9, 20), (9, 2, 4)),
    ],
)
def test_shapes_that_do_not_fit(logits, labels):
    labels = torch.zeros(labels, dtype=torch.long)
    with pytest.raises(ValueError, match=r"logits \[batch, frames, 20\] and"):
        NoteLoss()(torch.zeros(logits), labels)


@pytest.mark.parametrize("weight", [0, -1.0, float("nan")])
def test_weights_that_make_no_sense(weight):
    with pytest.raises(ValueError, match="onset_weight: "):
        NoteLoss(weight)
