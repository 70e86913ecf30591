import numpy as np
import pytest
import soundfile
import torch

RATE = 8000


@pytest.fixture
def write(tmp_path):
    """Writes stereo noise, of an offset; returns path and [2, time]."""

    def write(name="a.wav", frames=9001, peak=0.5, channels=2, rate=RATE):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(frames)
        samples = random.uniform(-peak, peak, (frames, channels))
        samples = (0.9 * samples + 0.1 * peak).astype(np.float32)
        soundfile.write(path, samples, rate, subtype="FLOAT")
        return path, torch.from_numpy(samples.T)

    return write
