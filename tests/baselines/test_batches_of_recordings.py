import numpy as np
import pytest
import torch

from speechbrain_singer.baselines import batches
from speechbrain_singer.baselines.batches import Baseline, recordings
from speechbrain_singer.dataio.audio import AudioError


class Ends(Baseline):
    """First and last sample, and how much was encoded at once."""

    def __init__(self):
        super().__init__(sample_rate=16000, dimension=2, min_samples=1)
        self.sizes = []

    def embed(self, wavs):
        self.sizes.append(wavs.numel())
        return wavs[:, [0, -1]]


def test_rows_keep_their_order_and_lose_their_padding():
    wavs = torch.arange(40.0).reshape(4, 10) + 1
    encoded = Ends().encode_batch(wavs, [1.0, 0.5, 0.2, 0.5])
    expected = [[[1.0, 10.0]], [[11.0, 15.0]], [[21.0, 22.0]], [[31.0, 35.0]]]
    assert encoded.tolist() == expected


def test_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(batches, "_SAMPLES", 25)
    encoder = Ends()
    wavs = torch.arange(50.0).reshape(5, 10) + 1
    assert torch.equal(encoder.encode_batch(wavs)[:, 0], wavs[:, [0, -1]])
    assert encoder.sizes == [20, 20, 10]


def test_arrays_of_doubles():
    assert recordings(np.arange(5.0)[None])[0].dtype == torch.float32


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (torch.zeros(9), "row 1 of the batch: silent"),
        (torch.full((9,), 0.25), "row 1 of the batch: silent"),
        (torch.full((9,), torch.nan), "row 1: holds samples that are NaN"),
    ],
)
def test_what_cannot_be_encoded_is_refused(row, message):
    with pytest.raises(AudioError, match=message):
        recordings(torch.stack([torch.arange(9.0), row]))


def test_short_rows_are_refused():
    with pytest.raises(AudioError, match=r"row 1.*too short, 4 samples.* 5"):
        recordings(torch.randn(2, 8), [1.0, 0.5], min_samples=5)


def test_lengths_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="2 relative lengths in"):
        recordings(torch.ones(2, 9000), [0.5, 9000])
