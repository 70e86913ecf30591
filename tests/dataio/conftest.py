import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.manifest import write_manifest


def tone(seconds, rate=44100, hertz=220.0):
    """A modulated tone of peak about 0.5 that always sounds."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.45 + 0.05 * np.sin(20 * time)) * np.sin(2 * np.pi * hertz * time)


@pytest.fixture
def make_tone():
    return tone


@pytest.fixture
def make_manifest(tmp_path):
    """Writes audio and its manifest: a list of (samples, rate), any subtype."""

    def make(audio, **options):
        rows = []
        for number, (samples, rate) in enumerate(audio):
            path = tmp_path / f"{number}.wav"
            soundfile.write(path, samples, rate, **options)
            rows.append(
                {
                    "ID": str(number),
                    "duration": len(samples) / rate,
                    "wav": str(path),
                    "start": 0,
                    "stop": len(samples),
                    "sample_rate": rate,
                    "singer": f"singer {number}",
                    "song": "a song",
                    "peak": float(np.nanmax(np.abs(samples))),
                }
            )
        write_manifest(tmp_path / "manifest.csv", rows)
        return tmp_path / "manifest.csv"

    return make


@pytest.fixture
def warned(caplog):
    """The warnings that were logged so far."""

    def messages():
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelname == "WARNING"
        ]

    return messages
