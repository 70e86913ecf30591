import re
from types import SimpleNamespace

import pytest
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.frame_joining import join_frames
from speechbrain_singer.inference.frame_windows import FrameWindows

HOP, LENGTH, MARGIN = 4, 42, 3  # a window is no whole number of hops
WINDOWS = FrameWindows(LENGTH, HOP, MARGIN)
STEP = WINDOWS.step * HOP  # 16 samples


def network(seed=0):
    """A convolution of a hop, and two over frames, that reach 3 frames.

    Beyond the ends are zeros, so that a seam in the middle would be heard.
    """
    torch.manual_seed(seed)
    layers = torch.nn.Sequential(
        torch.nn.Conv1d(1, 5, 6, stride=HOP),
        torch.nn.Tanh(),
        torch.nn.Conv1d(5, 5, 5, padding=2),
        torch.nn.Tanh(),
        torch.nn.Conv1d(5, 2, 3, padding=1),
    )
    return lambda wavs: layers(wavs.unsqueeze(1)).transpose(1, 2).detach()


def sound(samples, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(samples, generator=generator)


def joined(audio, compute, windows=WINDOWS, batch_samples=100, blocks=17):
    recordings = [("a", audio.split(blocks))]
    (frames,) = join_frames(recordings, compute, windows, 6, batch_samples)
    return frames


@pytest.mark.parametrize("samples", range(6, LENGTH + 3 * STEP + 2 * HOP))
def test_windows_join_without_seams(samples):
    audio, compute = sound(samples), network()
    expected = compute(audio[None])[0]
    torch.testing.assert_close(
        joined(audio, compute), expected, atol=1e-5, rtol=0
    )


def test_the_test_could_fail():
    audio, compute = sound(LENGTH + 3 * STEP), network()
    # A frame less on both sides than the network reaches
    narrow = FrameWindows(LENGTH, HOP, MARGIN - 1)
    found = joined(audio, compute, narrow)
    expected = compute(audio[None])[0]
    assert found.shape == expected.shape
    assert (found - expected).abs().max() > 1e-3


def test_centred_frames_join_too():
    def spectrum(wavs):
        return torch.nn.functional.pad(wavs, (8, 8)).unfold(1, 16, HOP)

    for samples in range(16, LENGTH + 2 * STEP + HOP):
        audio = sound(samples)
        expected = spectrum(audio[None])[0]
        assert len(expected) == 1 + samples // HOP
        torch.testing.assert_close(joined(audio, spectrum), expected)


def test_windows_begin_on_frames_and_are_as_long_as_in_training():
    audio = torch.arange(300.0)
    windows = list(WINDOWS.split(audio.split(13)))
    starts = [int(window.samples[0]) for window in windows]
    assert starts[:-1] == list(range(0, STEP * (len(windows) - 1), STEP))
    assert starts[-1] % HOP == 0
    *lengths, last = [len(window.samples) for window in windows]
    assert set(lengths) == {LENGTH} and LENGTH <= last < LENGTH + HOP
    assert windows[-1].samples[-1] == 299


def test_batches_are_bounded_and_mixed():
    sizes = []

    def compute(wavs):
        sizes.append(wavs.numel())
        return wavs.unfold(1, HOP, HOP).mean(-1, keepdim=True)

    audio = [sound(200, 1), sound(30, 2), sound(200, 3), sound(30, 4)]
    recordings = ((str(n), [each]) for n, each in enumerate(audio))
    found = list(join_frames(recordings, compute, WINDOWS, 4, 3 * LENGTH))
    for frames, each in zip(found, audio, strict=True):
        expected = each[: len(each) // HOP * HOP].view(-1, HOP).mean(1)
        torch.testing.assert_close(frames[:, 0], expected)
    assert max(sizes) <= 3 * LENGTH + HOP
    assert 2 * LENGTH in sizes or 3 * LENGTH in sizes


def test_a_bad_recording_costs_itself_only():
    def broken():
        yield sound(100)
        raise AudioError("b: truncated")

    not_finite = sound(50)
    not_finite[0] = float("nan")
    recordings = [("a", [sound(5)]), ("b", broken()), ("c", [not_finite])]
    recordings += [("d", [sound(70)])]
    compute = network()
    a, b, c, d = join_frames(recordings, compute, WINDOWS, 6, 1000)
    assert re.match("a: too short to transcribe: 5 samples .* 6", str(a))
    assert str(b) == "b: truncated"
    assert str(c) == "c: its frames are not finite"
    torch.testing.assert_close(d, compute(sound(70)[None])[0])


def test_the_grid_comes_from_the_front_end():
    features = SimpleNamespace(sample_rate=16000, frame_rate=50.0)
    windows = FrameWindows.of(features, 5.0)
    assert (windows.length, windows.hop) == (80000, 320)
    assert windows.margin == round(250 / 8)
    features.frame_rate = 49.8
    with pytest.raises(ValueError, match=r"49\.8 frames a second do not lie"):
        FrameWindows.of(features, 5.0)
    features.frame_rate = 50.0
    with pytest.raises(ValueError, match="longer windows are needed"):
        FrameWindows.of(features, 0.04)
