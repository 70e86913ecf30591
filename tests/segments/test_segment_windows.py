import numpy as np
import torch
from bands import RATE, Bands, voice

from speechbrain_singer.segments.activity import active_stretches, frame_levels
from speechbrain_singer.segments.windows import encode_windows, window_spans


def test_levels_do_not_depend_on_blocks():
    sound = voice(2.03, 0)
    whole = frame_levels([sound], RATE)
    assert len(whole) == 40
    np.testing.assert_allclose(frame_levels(sound.split(333), RATE), whole)
    frame = sound[400:800].double()
    expected = 20 * np.log10((frame - frame.mean()).square().mean().sqrt())
    assert whole[1] == np.float64(expected).round(12) or np.isclose(
        whole[1], expected, atol=1e-4
    )


def test_breaths_are_no_rests_and_clicks_no_turns():
    sounds = [(-20, 20), (-90, 5), (-30, 20), (-90, 6), (-20, 1), (-90, 6)]
    sounds += [(-59, 20), (-90, 6), (-61, 20)]
    levels = np.concatenate([np.full(n, level, float) for level, n in sounds])
    found = active_stretches(levels, "a.wav") / 0.05
    np.testing.assert_allclose(found, [[0, 45], [58, 78]])


def test_windows_are_the_samples_of_their_spans():
    sound = voice(6, 0)
    spans = window_spans(np.array([[0.5, 3.1], [4.0, 4.7]]), 2.0, 0.25)
    whole = encode_windows(Bands(), [sound], spans)
    blocks = encode_windows(Bands(), sound.split(1000), spans)
    np.testing.assert_array_equal(whole.embeddings, blocks.embeddings)
    for (start, stop), vector in zip(spans, whole.embeddings, strict=True):
        cut = sound[round(start * RATE) : round(stop * RATE)]
        expected = Bands().encode_batch(cut[None])[0, 0]
        expected = expected / expected.norm()
        np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_no_more_is_read_than_windows_need():
    read = []

    def blocks():
        for number in range(100):
            read.append(number)
            yield torch.randn(RATE)

    spans = np.array([[0.0, 2.0], [1.0, 3.0]])
    encode_windows(Bands(), blocks(), spans)
    assert read == [0, 1, 2]
