"""A spectrogram that is computed in pieces is that of the whole."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_decibels import TinyDecibels

from speechbrain_singer.supervised.pieces import decibels_in_pieces

FRONT_END = TinyDecibels()


def joined(waveform, size, piece):
    blocks = waveform.split(size)
    return torch.cat(list(decibels_in_pieces(FRONT_END, blocks, piece=piece)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    samples=st.integers(65, 4000),
    size=st.integers(20, 4000),
    piece=st.integers(1, 40),
)
def test_pieces_are_the_whole(samples, size, piece):
    generator = torch.Generator().manual_seed(samples)
    waveform = torch.randn(samples, generator=generator)
    whole = FRONT_END.decibels(waveform[None])[0].T
    pieces = joined(waveform, size, piece)
    assert pieces.shape == (1 + samples // 32, 8)
    torch.testing.assert_close(pieces, whole, atol=1e-3, rtol=0)


def test_no_piece_is_larger_than_asked_for(monkeypatch):
    lengths = []
    decibels = FRONT_END.decibels
    monkeypatch.setattr(
        FRONT_END,
        "decibels",
        lambda wavs: lengths.append(wavs.shape[1]) or decibels(wavs),
    )
    # 10 frames and 2 of context on each side, or what remains of 14 at the end
    assert len(joined(torch.randn(5000), 1000, piece=10)) == 157
    assert max(lengths) <= (10 + 2 * 2) * 32
    assert len(lengths) > 10


def test_audio_can_be_too_short():
    with pytest.raises(ValueError, match="64 samples at 8000 Hz are too short"):
        joined(torch.randn(64), 64, piece=10)
    with pytest.raises(ValueError, match="0 samples"):
        list(decibels_in_pieces(FRONT_END, []))
