import shutil

import pytest
import soundfile
import torch

from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation import fingerprint
from speechbrain_singer.evaluation.cache import embeddings_key
from speechbrain_singer.evaluation.degradations import Beginning, PinkNoise
from speechbrain_singer.evaluation.degraded import DegradedHearing

RATE = 44100


@pytest.fixture
def rows(noise, tmp_path):
    made = []
    for number in range(3):
        path = tmp_path / f"{number}.wav"
        wav = noise(0.5, number, number / 3)
        soundfile.write(path, wav.numpy(), RATE, subtype="FLOAT")
        made.append({"ID": path.stem, "wav": str(path)})
    return made


class Backwards:
    """Plays it from its end."""

    def draw(self, wavs, streams):
        return {}

    def apply(self, wavs, parameters):
        return wavs.flip(1)


def test_the_encoder_hears_what_was_done(rows):
    encoder = MFCCStatistics()
    heard = DegradedHearing(encoder, Backwards()).encode_rows(rows, False)
    wavs = [torch.from_numpy(soundfile.read(r["wav"])[0]).float() for r in rows]
    backwards = torch.stack(wavs).flip(1)
    expected = encoder.encode_batch(backwards)[:, 0]
    torch.testing.assert_close(heard, expected)


def test_at_the_rate_of_the_encoder(rows):
    class Length:
        sample_rate, dimension = 16000, 1

        def encode_batch(self, wavs):
            return torch.full((len(wavs), 1, 1), float(wavs.shape[1]))

    hearing = DegradedHearing(Length(), Beginning(0.25))
    lengths = hearing.encode_rows(rows, False)
    assert ((lengths - 0.25 * 16000).abs() <= 16000 / 43).all()


def test_draws_follow_the_recording_and_not_its_place(rows):
    hearing = DegradedHearing(MFCCStatistics(), PinkNoise(10.0), seed=3)
    forwards = hearing.encode_rows(rows, False)
    backwards = hearing.encode_rows(rows[::-1], False)
    assert torch.equal(forwards, backwards.flip(0))
    other = DegradedHearing(MFCCStatistics(), PinkNoise(10.0), seed=4)
    assert not torch.allclose(other.encode_rows(rows, False), forwards)


@pytest.mark.parametrize(
    "changed", ["augment/levels.py", "dsp/spectra.py", "seeding.py"]
)
def test_what_is_kept_is_by_the_code_that_degrades(
    changed, tmp_path, monkeypatch
):
    package = tmp_path / "package"
    for name in ("augment", "dsp"):
        shutil.copytree(fingerprint.PACKAGE / name, package / name)
    shutil.copy(fingerprint.PACKAGE / "seeding.py", package)
    monkeypatch.setattr(fingerprint, "PACKAGE", package)
    encoder, keys = MFCCStatistics(), []
    heard = DegradedHearing(encoder, PinkNoise(10.0))
    for text in ("", "# another"):
        (package / changed).write_text(text)
        fingerprint.code_digest.cache_clear()
        keys.append((embeddings_key(heard, []), embeddings_key(encoder, [])))
    fingerprint.code_digest.cache_clear()
    (before, plain), (after, same) = keys
    assert before != after and plain == same


def test_what_is_kept_is_by_the_ids_that_seed(rows):
    heard = DegradedHearing(MFCCStatistics(), PinkNoise(10.0))
    renamed = [row | {"ID": f"other {row['ID']}"} for row in rows]
    assert embeddings_key(heard, rows) != embeddings_key(heard, renamed)
    plain = MFCCStatistics()
    assert embeddings_key(plain, rows) == embeddings_key(plain, renamed)


def test_what_fails_costs_itself(rows, tmp_path, caplog):
    soundfile.write(tmp_path / "1.wav", torch.zeros(9000).numpy(), RATE)
    hearing = DegradedHearing(MFCCStatistics(), Backwards())
    embeddings = hearing.encode_rows(rows, False)
    assert embeddings.isfinite().all(dim=1).tolist() == [True, False, True]
    assert "1.wav: row 0 of the batch: silent" in caplog.text
    assert "left out: row 1 is NaN" in caplog.text
    with pytest.raises(AudioError, match="none of 1 files"):
        hearing.encode_rows(rows[1:2], False)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (MemoryError("too long"), "2.wav: too long"),
        (None, "2.wav: its embedding is not finite"),
    ],
)
def test_an_encoder_s_faults_cost_one_recording(rows, caplog, fault, reason):
    """Whatever befalls it at the loudest, the last one."""
    loud = 0.9 * torch.ones(RATE // 2) * (-1) ** torch.arange(RATE // 2)
    soundfile.write(rows[2]["wav"], loud.numpy(), RATE)

    class Faulty:
        sample_rate, dimension = RATE, 1

        def encode_batch(self, wavs):
            loud = wavs.std(dim=1) > 0.8
            if fault and loud.any():
                raise fault
            return torch.where(loud, torch.nan, 1.0)[:, None, None]

    hearing = DegradedHearing(Faulty(), Backwards())
    embeddings = hearing.encode_rows(rows, False)
    assert embeddings.isfinite()[:, 0].tolist() == [True, True, False]
    assert reason in caplog.text
