import numpy as np
import pytest
import soundfile


@pytest.fixture
def write_tone():
    """Writes a modulated tone, its folder too: (path, seconds, rate, gain)."""

    def write(path, seconds=0.5, rate=44100, gain=0.5):
        path.parent.mkdir(parents=True, exist_ok=True)
        time = np.arange(round(seconds * rate)) / rate
        tone = np.sin(440 * np.pi * time) * (0.8 + 0.2 * np.sin(30 * time))
        soundfile.write(path, gain * tone, rate)
        return path

    return write


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
