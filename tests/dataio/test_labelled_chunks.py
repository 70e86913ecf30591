import numpy as np
import pytest
import soundfile
import torch
import torchaudio

from speechbrain_singer.dataio.audio import AudioError, resampler
from speechbrain_singer.dataio.chunks import (
    LEAST_RMS,
    Chunks,
    chunks_of,
    mean_rms,
)


def write(path, samples, rate=16000):
    soundfile.write(path, samples, rate, subtype="FLOAT")
    row = {"ID": path.name, "wav": str(path), "sample_rate": rate}
    return row | {"start": 0, "stop": len(samples), "singer": "ann"}


def noise(seconds, rms, rate=16000, seed=0):
    samples = np.random.default_rng(seed).standard_normal(int(seconds * rate))
    return (rms * samples).astype(np.float32)


def quiet(rows, seconds, **options):
    return chunks_of(rows, seconds, progressbar=False, **options)


def test_silent_chunks_are_left_out(tmp_path):
    parts = [0.1, 0.0, 1.1 * LEAST_RMS, 0.9 * LEAST_RMS]
    samples = np.concatenate([noise(0.5, rms) for rms in parts])
    row = write(tmp_path / "a.wav", samples)
    chunks = quiet([row], 0.5)
    assert [chunk["ID"] for chunk in chunks] == ["a.wav#0", "a.wav#2"]
    assert [chunk["start"] for chunk in chunks] == [0, 16000]
    every = quiet([row], 0.5, least_rms=0)
    assert [chunk["ID"][-1] for chunk in every] == ["0", "2", "3"]


@pytest.mark.parametrize("rms", [0.93, 0.98, 1.02, 1.07])
def test_the_rule_is_the_published_one(rms):
    """The mean of sqrt(2 sum |X|^2 / N) above 0.01, of frames of N = 512."""
    samples = noise(5.0, rms * LEAST_RMS)
    spectrogram = torchaudio.transforms.Spectrogram(512, hop_length=512)
    power = spectrogram(torch.from_numpy(samples))
    published = (2 * power.sum(dim=0) / 512).sqrt().mean()
    assert (published > 0.01) == (mean_rms(samples, 16000) > LEAST_RMS)
    ratio = published / mean_rms(samples, 16000)
    assert ratio.item() == pytest.approx(192**0.5, rel=0.01)


def test_frames_are_of_32_ms():
    samples = np.repeat([0.1, 0.3, 0.2], [1411, 1411, 1410])
    assert mean_rms(samples, 44100) == pytest.approx(0.2)
    assert mean_rms(np.array([0.5, -0.5]), 44100) == pytest.approx(0.5)


def test_what_cannot_be_read_costs_itself_only(tmp_path, caplog):
    rows = [
        write(tmp_path / f"{name}.wav", noise(1, 0.1))
        for name in ("a", "b", "c")
    ]
    (tmp_path / "a.wav").unlink()
    soundfile.write(tmp_path / "c.wav", noise(0.6, 0.1), 16000)
    chunks = quiet(rows, 0.5)
    names = [chunk["ID"] for chunk in chunks]
    assert names == ["b.wav#0", "b.wav#1", "c.wav#0"]
    assert "a.wav" in caplog.text and "c.wav: changed since" in caplog.text
    assert "3 of 6 chunks cannot be read" in caplog.text


def test_nothing_left_is_an_error(tmp_path):
    row = write(tmp_path / "a.wav", noise(1, 1e-5))
    with pytest.raises(ValueError, match=r"none of 2 chunks of 0\.5 s"):
        quiet([row], 0.5)


def test_a_chunk_is_what_stands_in_the_file(tmp_path):
    samples = [noise(1.2, 0.1, seed=seed) for seed in (1, 2)]
    rows = [write(tmp_path / f"{n}.wav", wav) for n, wav in enumerate(samples)]
    chunks = Chunks(quiet(rows, 0.5), 16000, labels=[7, 7, 8, 9])
    assert (len(chunks), chunks.time) == (4, 8000)
    assert chunks.row.tolist() == [0, 0, 1, 1]
    item = chunks[3]
    assert torch.equal(item["wav"], torch.from_numpy(samples[1][8000:16000]))
    assert (item["label"], item["row"]) == (9, 1)


def test_other_rates_are_resampled(tmp_path):
    samples = noise(1, 0.1, rate=44100)
    rows = quiet([write(tmp_path / "a.wav", samples, 44100)], 0.25)
    chunks = Chunks(rows, 16000, labels=[0] * 4)
    own = torch.from_numpy(samples[11025:22050])
    expected = resampler(44100, 16000)(own)[:4000]
    assert torch.equal(chunks[1]["wav"], expected)


def test_odd_rates_are_filled_up(tmp_path):
    rows = [
        write(tmp_path / "a.wav", noise(1, 0.1, 16000)),
        write(tmp_path / "b.wav", noise(1, 0.1, 15999), 15999),
    ]
    chunks = Chunks(quiet(rows, 1), 16000, labels=[0, 1])
    assert [len(item["wav"]) for item in (chunks[0], chunks[1])] == [16000] * 2
    assert chunks[1]["wav"][-1] == 0


def test_labels_of_frames_in_a_batch(tmp_path):
    rows = quiet([write(tmp_path / "a.wav", noise(1, 0.1))], 0.25)
    chunks = Chunks(rows, 16000, labels=torch.arange(4 * 12).view(4, 12))
    batch = next(iter(torch.utils.data.DataLoader(chunks, batch_size=3)))
    assert batch["wav"].shape == (3, 4000)
    assert torch.equal(batch["label"], torch.arange(36).view(3, 12))


def test_chunks_that_do_not_belong_together(tmp_path):
    row = write(tmp_path / "a.wav", noise(1, 0.1))
    rows = quiet([row], 0.25)
    with pytest.raises(ValueError, match=r"4 chunks and 3 labels"):
        Chunks(rows, 16000, labels=[0] * 3)
    with pytest.raises(ValueError, match=r"4000 to 8000 samples at 16000 Hz"):
        Chunks(rows + quiet([row], 0.5), 16000, labels=[0] * 6)


def test_a_file_that_went_away_is_named(tmp_path):
    rows = quiet([write(tmp_path / "a.wav", noise(1, 0.1))], 0.5)
    (tmp_path / "a.wav").unlink()
    with pytest.raises(AudioError, match=r"a\.wav"):
        Chunks(rows, 16000, labels=[0, 0])[1]
