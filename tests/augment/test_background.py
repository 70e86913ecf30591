import logging

import numpy as np
import pytest
import soundfile
import torch
from scipy import signal, stats

from speechbrain_singer.augment.background import Background
from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.splits import Split

TIME = 13230


@pytest.fixture
def manifest(tmp_path):
    """Of 3 s of noise, 1 s of another, 2 s that are silent but for a click."""
    random = np.random.default_rng(0)
    for name, seconds in [("long", 3), ("short", 1)]:
        noise = random.uniform(-0.5, 0.5, seconds * 44100)
        soundfile.write(tmp_path / f"{name}.wav", noise, 44100, subtype="FLOAT")
    click = np.zeros(2 * 44100)
    click[44100:44200] = 0.5
    soundfile.write(tmp_path / "click.wav", click, 44100)
    corpus = Corpus("folder", tmp_path, tmp_path / "save", split=Split(0, 0))
    return corpus.prepare().train


def noise(batch):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, TIME, generator=generator)


def music(transform, streams, batch=8):
    wavs = noise(batch)
    parameters = transform.draw(wavs, streams(wavs))
    added = transform.apply(wavs, parameters) - wavs
    return wavs.numpy(), added.numpy(), parameters


def place(stretch, path):
    """Where a stretch lies in a file, and how well it agrees."""
    samples, _ = soundfile.read(path)
    lags = signal.correlate(samples, stretch, "valid", "fft")
    start = int(lags.argmax())
    return start, np.corrcoef(samples[start:][:TIME], stretch)[0, 1]


def test_stretches_of_the_recordings_are_added(manifest, tmp_path, streams):
    _, added, _ = music(Background(manifest, 0.3), streams, 64)
    starts = {"long": [], "short": []}
    for stretch in added:
        found = {n: place(stretch, tmp_path / f"{n}.wav") for n in starts}
        name = max(found, key=lambda n: found[n][1])
        start, agreement = found[name]
        assert agreement > 0.999
        starts[name].append(start)
    # In proportion to their lengths, and uniformly over them
    assert stats.binomtest(len(starts["long"]), 64, 0.75).pvalue > 0.01
    shares = np.array(starts["long"]) / (3 * 44100 - TIME)
    assert stats.kstest(shares, "uniform").pvalue > 0.01


def test_the_ratio_is_the_one_drawn(manifest, streams):
    wavs, added, parameters = music(Background(manifest, 0.3), streams)
    powers = [np.square(x).mean(axis=1) for x in (wavs, added)]
    measured = 10 * np.log10(powers[0] / powers[1])
    expected = parameters["snr_db"].flatten().numpy()
    np.testing.assert_allclose(measured, expected, atol=0.01)


def test_files_that_fail_are_named_once(manifest, tmp_path, streams, caplog):
    (tmp_path / "long.wav").write_bytes(b"no audio")
    transform = Background(manifest, 0.3)
    with caplog.at_level(logging.WARNING):
        _, added, _ = music(transform, streams)
        music(transform, streams)
    for stretch in added:
        assert place(stretch, tmp_path / "short.wav")[1] > 0.999
    named = [r for r in caplog.records if "long.wav" in r.getMessage()]
    assert len(named) == 1


def test_it_gives_up_where_nothing_can_be_read(manifest, tmp_path, streams):
    for path in tmp_path.glob("*.wav"):
        path.unlink()
    with pytest.raises(RuntimeError, match=r"\.csv.*none could be read"):
        music(Background(manifest, 0.3), streams, 1)


def test_clips_of_another_length_are_refused(manifest, streams):
    with pytest.raises(ValueError, match=r"17640 samples.*13230.*`seconds`"):
        music(Background(manifest, 0.4), streams)


def test_only_those_that_get_it_cost_a_file(manifest, streams, monkeypatch):
    transform = Background(manifest, 0.3)
    read = []
    stretch = transform._stretch
    monkeypatch.setattr(
        transform, "_stretch", lambda seed: read.append(seed) or stretch(seed)
    )
    wavs = noise(40)
    changed = Chain([transform], probability=0.25)(wavs, streams(wavs))
    assert len(read) == (changed != wavs).any(dim=1).sum()
    assert 0 < len(read) < 30
