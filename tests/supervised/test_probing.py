"""A probe in the place of a network, on what an encoder makes of chunks."""

import numpy as np
import pytest
import soundfile
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from speechbrain_singer.dataio.chunks import Chunks, chunks_of
from speechbrain_singer.supervised.parts import Part
from speechbrain_singer.supervised.probing import probe_scores

RATE = 8000


class Levels:
    """Mean and largest sample of a clip; nothing can be said of loud ones."""

    sample_rate, dimension = RATE, 2

    def encode_batch(self, wavs, wav_lens=None):
        values = torch.stack([wavs.mean(dim=1), wavs.amax(dim=1)], dim=1)
        values[wavs.amax(dim=1) > 0.9] = torch.nan
        return values.unsqueeze(1)


def part(folder, name, levels, labels):
    """Chunks of 0.1 s of one file, each of one level."""
    path = folder / f"{name}.wav"
    soundfile.write(path, np.repeat(levels, 800), RATE, subtype="FLOAT")
    row = {"ID": name, "wav": str(path), "sample_rate": RATE}
    row |= {"start": 0, "stop": 800 * len(levels), "recording": name}
    rows = chunks_of([row], 0.1, progressbar=False)
    return Part([row], Chunks(rows, RATE, labels), ["low", "high"])


@pytest.fixture
def parts(tmp_path):
    levels = [0.1, 0.2, 0.4, 0.3, 0.5]
    return {
        "train": part(tmp_path, "train", levels, [0, 0, 1, 0, 1]),
        "valid": part(tmp_path, "valid", [0.15, 0.45], [0, 1]),
        "test": part(tmp_path, "test", [0.35, 0.95], [0, 1]),
    }


def test_scores_are_those_of_scikit_learn(parts):
    scores, parameters = probe_scores(Levels(), parts, progressbar=False)
    assert parameters == 2 * 2 + 2
    known = np.array([[x, x] for x in (0.1, 0.2, 0.4, 0.3, 0.5)])
    scale = StandardScaler().fit(known)
    # It has one vector for two classes, whose penalty is twice that of two
    expected = LogisticRegression(C=2.0)
    expected.fit(scale.transform(known), [0, 0, 1, 0, 1])
    # What cannot be encoded counts as the mean of the chunks that train
    for name, levels in (("valid", (0.15, 0.45)), ("test", (0.35, 0.3))):
        others = scale.transform([[x, x] for x in levels])
        margin = scores[name][:, 1] - scores[name][:, 0]
        own = expected.decision_function(others)
        np.testing.assert_allclose(margin, own, atol=1e-3)


def test_how_far_it_is_shows_only_if_asked_for(parts, capsys):
    probe_scores(Levels(), parts, progressbar=False)
    assert "%|" not in capsys.readouterr().err
    probe_scores(Levels(), parts)
    assert "%|" in capsys.readouterr().err
