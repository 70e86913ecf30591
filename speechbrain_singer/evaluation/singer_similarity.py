"""How much what a system sings sounds like its target singer.

For singing synthesis and conversion. A mean score alone says little: what two
real recordings of the singer give, and what other singers give, is beside it.
"""

import os
from typing import NamedTuple

import torch
import torch.nn.functional as F

from speechbrain_singer.dataio.streams import is_file_object, name_of
from speechbrain_singer.evaluation.embeddings import encode_heard, encode_rows
from speechbrain_singer.evaluation.encoders import by_distance, load_encoder
from speechbrain_singer.inference.probability import same_singer_probability
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.inference.scores import COSINE, SCORES
from speechbrain_singer.metrics.mean_scores import (
    MeanScore,
    mean_between,
    mean_within,
)


class PairSimilarity(NamedTuple):
    """Whether two recordings have one singer.

    Arguments
    ---------
    score : float
        Cosine of the two embeddings; or minus their squared distance, where
        the encoder's `score` says so.
    same_singer : bool or None
        Whether it lies above the threshold; None without one.
    probability : float or None
        Of the same singer, if that is as likely beforehand as another; None
        of an encoder without a calibration.
    """

    score: float
    same_singer: bool | None
    probability: float | None


class SimilaritySummary(NamedTuple):
    """A system's outputs beside its target singer.

    Arguments
    ---------
    generated : MeanScore
        Each output with each recording of the reference.
    reference : MeanScore or None
        The recordings of the reference with each other, each pair once: what
        a perfect system would give. None of a single recording.
    others : MeanScore or None
        Other singers with the reference: what a system gives that has nothing
        of the singer. None if none were given.
    threshold : float or None
    outputs : list of (str, float)
        Name and mean score of each output, the least alike first.
    failed : list of str
        What could not be encoded; a warning said why.
    """

    generated: MeanScore
    reference: MeanScore | None
    others: MeanScore | None
    threshold: float | None
    outputs: list
    failed: list


def singer_similarity(
    generated, reference, encoder="synthetic", threshold=None, others=None
):
    """How much generated singing sounds like the singer of a reference.

    Arguments
    ---------
    generated, reference : str or Path or (waveform, int), or a list of them
        Recordings: a file of any length and rate; or a waveform, [time] or
        [channels, time], with its sampling rate in Hz.
    encoder : str or Path or object
        As `load_encoder` takes it.
    threshold : float, optional
        Score above which it is the same singer; the encoder's own if left
        out.
    others : as the reference, optional
        Recordings of other singers.

    Returns
    -------
    similarity : PairSimilarity or SimilaritySummary
        The latter if one of the two is a list, or there are others. It leaves
        out what cannot be encoded, and a warning says why.

    Raises
    ------
    AudioError
        If a recording of a pair cannot be encoded, or none of a list.
    ValueError
        If a list is empty, a file is in the reference twice, or among the
        generated or other ones too; or if no score lies at the threshold.
    OSError, TypeError
        As `load_encoder`; or if something is no recording.

    Example
    -------
    >>> import numpy as np
    >>> voice = np.sin(np.arange(44100) / 20) + np.sin(np.arange(44100) / 40)
    >>> singer_similarity((voice, 44100), (voice, 44100), "mfcc").same_singer
    >>> summary = singer_similarity([(voice, 44100)], (voice, 44100), "mfcc")
    >>> round(summary.generated.mean, 6)
    1.0
    """
    sides = generated, reference
    is_pair = others is None and not any(isinstance(o, list) for o in sides)
    generated, reference = _rows(generated), _rows(reference)
    others = [] if others is None else _rows(others)
    _check_apart([*generated, *others], reference)
    encoder = load_encoder(encoder)
    threshold = _threshold(encoder, threshold)
    if is_pair:
        return _pair(encoder, generated, reference, threshold)
    return _summary(encoder, generated, reference, others, threshold)


def score_matrix(encoder, first, second):
    """Scores of all recordings of two sets, as the encoder compares them.

    From embeddings, [first, dim] and [second, dim], to [first, second].
    """
    first, second = first.double(), second.double()
    if by_distance(encoder):
        # Far from the origin a product would leave little of the difference
        exact = "donot_use_mm_for_euclid_dist"
        scores = -torch.cdist(first, second, compute_mode=exact).square()
    else:
        scores = F.normalize(first) @ F.normalize(second).T
    return scores.numpy()


def _pair(encoder, generated, reference, threshold):
    first, second = _encode(encoder, generated), _encode(encoder, reference)
    score = score_matrix(encoder, first, second).item()
    same_singer = None if threshold is None else score > threshold
    calibration = getattr(encoder, "calibration", None)
    probability = same_singer_probability(calibration, score)
    return PairSimilarity(score, same_singer, probability)


def _summary(encoder, generated, reference, others, threshold):
    real, _, failed = _heard(encoder, reference)
    sung, names, failed_too = _heard(encoder, generated)
    scores = score_matrix(encoder, sung, real)
    itself = strangers = None
    if len(real) > 1:
        itself = mean_within(score_matrix(encoder, real, real), threshold)
    failed += failed_too
    if others:
        strange, _, failed_too = _heard(encoder, others)
        strangers = score_matrix(encoder, strange, real)
        strangers = mean_between(strangers, threshold)
        failed += failed_too
    means = zip(names, scores.mean(axis=1).tolist(), strict=True)
    return SimilaritySummary(
        mean_between(scores, threshold),
        itself,
        strangers,
        threshold,
        sorted(means, key=lambda output: output[1]),
        failed,
    )


def _heard(encoder, rows):
    """Embeddings of what can be encoded, its names, and those of the rest."""
    embeddings = _encode(encoder, rows)
    usable = embeddings.isfinite().all(dim=1)
    names = ([], [])
    for row, good in zip(rows, usable.tolist(), strict=True):
        names[not good].append(name_of(row["wav"]))
    return embeddings[usable], *names


def _threshold(encoder, threshold):
    if threshold is None:
        return getattr(encoder, "threshold", None)
    SCORES[getattr(encoder, "score", COSINE)].check(threshold)
    return threshold


def _rows(recordings):
    """A row as of a manifest for each recording, of one or of a list."""
    if not isinstance(recordings, list):
        recordings = [recordings]
    if not recordings:
        raise ValueError("a list without recordings: there is nothing to hear")
    return [_row(own, number) for number, own in enumerate(recordings)]


def _row(recording, number):
    if _is_file(recording):
        return {"wav": recording}
    is_pair = isinstance(recording, tuple) and len(recording) == 2
    if is_pair and not _is_file(recording[0]):
        return {"wav": f"waveform {number}", "heard": recording}
    raise TypeError(
        "a recording is a file, or (waveform, sampling rate in Hz), and "
        f"several are a list, not {type(recording).__name__}: the rate of a "
        "waveform must be given"
    )


def _is_file(recording):
    is_path = isinstance(recording, (str, bytes, os.PathLike))
    return is_path or is_file_object(recording)


def _check_apart(rows, reference):
    """A recording beside itself would have the score of a perfect system."""
    known = set()
    for row in reference:
        _refuse(row, known)
        known |= {_place(row)} - {None}
    for row in rows:
        _refuse(row, known)


def _refuse(row, known):
    if _place(row) in known:
        raise ValueError(
            f"{name_of(row['wav'])}: is in the reference already: give it once"
        )


def _place(row):
    path = row["wav"]
    if "heard" in row or is_file_object(path):
        return None
    return os.path.realpath(os.fsdecode(os.path.expanduser(path)))


def _encode(encoder, rows):
    """[rows, dim], on the CPU; NaN, and a warning, of what cannot be."""
    if not any("heard" in row for row in rows):
        return encode_rows(encoder, rows, progressbar=len(rows) > 1)
    reader = BlockReader(encoder.sample_rate)

    def hear(row):
        if "heard" not in row:
            return torch.cat(list(reader.from_file(row["wav"])))
        ((_, blocks),) = reader.from_waveform(*row["heard"])
        return torch.cat(list(blocks))

    return encode_heard(encoder, rows, hear, len(rows) > 1).float().cpu()
