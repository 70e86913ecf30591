"""Neither trivial nor hopeless, and it is the voice that tells.

MFCC statistics, a plain cosine: what a newcomer would try first.
"""

import numpy as np
import pytest
import torch
import torchaudio

from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

SEED, SINGERS, SONGS_EACH, SONGS, SECONDS = 7, 20, 4, 12, 3.0
HOP = 512


def equal_error_rate(targets, impostors):
    thresholds = np.sort(np.concatenate([targets, impostors]))
    missed = np.array([(targets < t).mean() for t in thresholds])
    accepted = np.array([(impostors >= t).mean() for t in thresholds])
    nearest = np.abs(missed - accepted).argmin()
    return 0.5 * (missed[nearest] + accepted[nearest])


@pytest.fixture(scope="module")
def corpus():
    """MFCCs, levels, singers and songs of 80 clips."""
    songs = [draw_song(SEED, k, 1.2 * SECONDS) for k in range(SONGS)]
    takes, labels = [], []
    for i in range(SINGERS):
        singer = draw_singer(SEED, i)
        for k in np.random.default_rng(i).permutation(SONGS)[:SONGS_EACH]:
            recording = draw_recording(SEED, i, int(k))
            takes.append(Take(singer, songs[k], recording))
            labels.append((i, int(k)))
    waveforms = torch.cat([synthesise([take], SECONDS) for take in takes])
    mfcc = torchaudio.transforms.MFCC(
        SAMPLE_RATE,
        n_mfcc=20,
        log_mels=True,
        melkwargs={"n_fft": 2048, "hop_length": HOP, "n_mels": 64},
    )(waveforms)
    power = torch.nn.functional.avg_pool1d(
        waveforms.square()[:, None], 2048, HOP, padding=1024
    )[:, 0]
    levels = 10 * torch.log10(power / power.amax(1, keepdim=True))
    return mfcc, levels, *np.array(labels).T


def scores(features):
    vectors = features / np.linalg.norm(features, axis=1, keepdims=True)
    return (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]


def statistics(mfcc, levels, above=-200.0, below=1.0):
    """Mean and deviation over the frames of these levels in dB."""
    rows = []
    for clip, level in zip(mfcc, levels, strict=True):
        frames = clip[:, (level > above) & (level < below)]
        rows.append(torch.cat([frames.mean(1), frames.std(1)]))
    return torch.stack(rows).numpy()


def pairs(labels):
    first, second = np.triu_indices(len(labels), 1)
    return labels[first] == labels[second]


def across_songs(score, singers, songs):
    same_singer, same_song = pairs(singers), pairs(songs)
    return equal_error_rate(
        score[same_singer & ~same_song], score[~same_singer & ~same_song]
    )


def test_mfcc_statistics_tell_singers_neither_well_nor_badly(corpus):
    mfcc, levels, singers, songs = corpus
    score = scores(statistics(mfcc, levels))
    assert 0.08 < across_songs(score, singers, songs) < 0.40
    # Without the level, which belongs to the recording
    score = scores(statistics(mfcc[:, 1:], levels))
    assert 0.08 < across_songs(score, singers, songs) < 0.30


def test_singers_of_one_sex_are_told_apart_too(corpus):
    mfcc, levels, singers, songs = corpus
    score = scores(statistics(mfcc[:, 1:], levels))
    for sex in (0, 1):
        chosen = singers % 2 == sex
        first, second = np.triu_indices(len(singers), 1)
        within = score[chosen[first] & chosen[second]]
        error = across_songs(within, singers[chosen], songs[chosen])
        assert 0.08 < error < 0.42


def test_noise_and_room_do_not_tell_the_singer(corpus):
    mfcc, levels, singers, songs = corpus
    quiet = statistics(mfcc, levels, below=-42.0)
    known = np.isfinite(quiet).all(1)
    assert known.mean() > 0.6
    error = across_songs(scores(quiet[known]), singers[known], songs[known])
    assert error > 0.40


def test_the_song_does_not_tell_the_singer(corpus):
    mfcc, levels, singers, songs = corpus
    score = scores(statistics(mfcc[:, 1:], levels))
    same_singer, same_song = pairs(singers), pairs(songs)
    # Two singers of one song are about as unlike as singers of two songs
    by_song = equal_error_rate(
        score[~same_singer & same_song], score[~same_singer & ~same_song]
    )
    assert by_song > 0.33
    # and each singer sings other songs than the next
    sung = [frozenset(songs[singers == i]) for i in range(SINGERS)]
    assert len(set(sung)) > 0.8 * SINGERS
