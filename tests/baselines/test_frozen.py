import pytest
import torch

from speechbrain_singer.baselines import frozen
from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.dataio.audio import AudioError


class Means(FrozenEncoder):
    """Mean of the samples, and the sizes of what was encoded at once."""

    def __init__(self):
        super().__init__(sample_rate=10, dimension=1, min_samples=3)
        self.gain = torch.nn.Parameter(torch.ones((), dtype=torch.float16))
        self.dropout = torch.nn.Dropout()
        self.freeze()
        self.sizes = []

    def embed(self, wavs):
        self.sizes.append(tuple(wavs.shape))
        return self.dropout(self.gain * wavs.mean(dim=1, keepdim=True))


def test_frozen():
    encoder = Means()
    assert not encoder.dropout.training
    assert not encoder.gain.requires_grad
    assert encoder.gain.dtype == torch.float32


def test_rows_come_back_in_their_order():
    wavs = torch.arange(1.0, 31.0).reshape(3, 10)
    lengths = torch.tensor([1.0, 0.5, 1.0])
    embeddings = Means().encode_batch(wavs, lengths)
    assert embeddings.flatten().tolist() == [5.5, 13.0, 25.5]


def test_long_recordings_in_equal_windows():
    encoder = Means()
    wavs = torch.randn(1, 410)
    embedding = encoder.encode_batch(wavs)
    assert encoder.sizes == [(1, 137), (1, 137), (1, 136)]
    assert embedding.item() == pytest.approx(wavs.mean().item(), abs=1e-2)


def test_clips_whole_and_few_at_once(monkeypatch):
    monkeypatch.setattr(frozen, "_SECONDS_AT_ONCE", 60)
    encoder = Means()
    encoder.encode_batch(torch.randn(7, 200))
    assert encoder.sizes == [(3, 200), (3, 200), (1, 200)]


def test_too_short():
    with pytest.raises(AudioError, match="row 1 of the batch: too short"):
        Means().encode_batch(torch.randn(2, 10), [1.0, 0.2])
