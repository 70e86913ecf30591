"""What becomes of a clip is a function of its own seed, on its way in too."""

import numpy as np
import pytest
import soundfile
import speechbrain as sb
import torch
from torch.utils.data import default_collate

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.time_mask import TimeMask
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.clips import ClipPairs
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.ssl.contrastive import ContrastiveBrain


@pytest.fixture
def pairs(tmp_path):
    """Of a recording that is shorter than a clip: all clips are the same."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 3000)
    soundfile.write(tmp_path / "a.wav", noise, 8000)
    corpus = Corpus("folder", tmp_path, tmp_path / "save", split=Split(0, 0))
    manifest = corpus.prepare().train
    return ClipPairs(manifest, 0.5, 8000)


@pytest.fixture
def brain():
    chain = Chain([GaussianNoise(), Gain(), TimeMask()], probability=0.8)
    return ContrastiveBrain(
        modules={"augmentation": chain},
        run_opts={"device": "cpu"},
        seed=1,
        lr_schedule=None,
        log=None,
    )


def views(brain, pairs, keys, stage=sb.Stage.TRAIN):
    """[2, batch, time]"""
    brain.modules.train(stage == sb.Stage.TRAIN)
    batch = default_collate([pairs[key] for key in keys])
    return brain.two_views(batch).unflatten(0, (2, -1))


def test_each_of_a_batch_is_as_it_is_alone(brain, pairs):
    keys = [(1, index) for index in range(6)]
    together = views(brain, pairs, keys)
    for place, key in enumerate(keys):
        alone = views(brain, pairs, [key])[:, 0]
        torch.testing.assert_close(together[:, place], alone)
    reordered = views(brain, pairs, [keys[4], keys[1]])
    torch.testing.assert_close(reordered, together[:, [4, 1]])


def test_views_of_a_pair_and_those_of_other_keys_differ(brain, pairs):
    keys = [(epoch, index) for epoch in (1, 2) for index in range(10)]
    wavs = views(brain, pairs, keys).flatten(0, 1)
    changed = wavs[(wavs != pairs[0, 0]["clips"][0]).any(dim=1)]
    assert len(changed) > 35
    assert (changed[:, None] == changed).all(dim=2).sum() == len(changed)


def test_validation_leaves_the_clips_as_they_are(brain, pairs):
    wavs = views(brain, pairs, [(0, 0), (0, 1)], sb.Stage.VALID)
    assert torch.equal(wavs[0], wavs[1])
    assert torch.equal(wavs[0, 0], pairs[0, 0]["clips"][0])
