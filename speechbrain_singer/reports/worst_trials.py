"""The trials that are most wrong, with their recordings to play."""

from collections import Counter

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.reports.listening_clips import ListeningClips
from speechbrain_singer.reports.page import Recording, Section

logger = get_logger(__name__)

MOST = 10  # trials of either kind
OF_A_PAIR = 2  # of them, at most, of the same two singers
_LOOKED_AT = 10_000  # the worst, of which they are chosen
SECONDS, KBPS = 5.0, 48  # of a clip: 40 kB in the page
_KINDS = {  # by label: the heading, which they are, who has few of them
    1: (
        "The worst false rejections",
        *("Of one singer, with the lowest scores", "singer"),
    ),
    0: (
        "The worst false acceptances",
        *("Of two singers, with the highest scores", "pair of singers"),
    ),
}
_CLIPS = (
    "This page holds excerpts of these recordings, the loudest "
    f"{SECONDS:g} s: pass it on only if you may pass them on, or write it "
    "anew with excerpts False."
)


def worst_trials(scored, threshold, label):
    """Which trials are decided wrongly, the worst first.

    No recording stands in two of them, and no pair of singers in more than
    `OF_A_PAIR`.

    Arguments
    ---------
    scored : ScoredTrials
    threshold : float
        Trials above it are accepted.
    label : int
        1 for false rejections, 0 for false acceptances.

    Returns
    -------
    chosen : list of int
        Their numbers, `MOST` at most.
    """
    scores, trials = scored.scores, scored.trials
    is_wrong = (scores > threshold) != trials.labels
    wrong = np.flatnonzero(is_wrong & (trials.labels == label))
    sign = 1 if label else -1
    order = np.argsort(sign * scores[wrong], kind="stable")
    chosen, seen, pairs = [], set(), Counter()
    for trial in wrong[order[:_LOOKED_AT]].tolist():
        both = {int(trials.first[trial]), int(trials.second[trial])}
        pair = frozenset(scored.rows[number]["singer"] for number in both)
        if seen.isdisjoint(both) and pairs[pair] < OF_A_PAIR:
            chosen.append(trial)
            seen |= both
            pairs[pair] += 1
        if len(chosen) == MOST:
            break
    return chosen


def worst_section(scored, threshold, label, columns, excerpts):
    """The worst trials of one kind as a table of recordings.

    Arguments
    ---------
    scored : ScoredTrials
    threshold : float
    label : int
        As `worst_trials` takes it.
    columns : sequence of str
        Of the manifest, that are said of each recording.
    excerpts : bool
        Whether there are clips to play.

    Returns
    -------
    section : Section
    """
    trials, scores = scored.trials, scored.scores
    chosen = worst_trials(scored, threshold, label)
    heading, text, whose = _KINDS[label]
    text = f"{text}; the threshold is {threshold:.4g}."
    if not chosen:
        return Section(heading, f"{text} There are none.")
    pairs = np.stack([trials.first[chosen], trials.second[chosen]], axis=1)
    clips = _clips(scored.rows, np.unique(pairs)) if excerpts else {}
    cells = {
        number: _recording(scored.rows[number], columns, clips.get(number))
        for number in np.unique(pairs)
    }
    table = [["score", "first recording", "second recording"]]
    for trial, pair in zip(chosen, pairs, strict=True):
        score = f"{scores[trial]:.4f}"
        table.append([score, *(cells[number] for number in pair)])
    text += (
        f" No recording stands here twice, and no {whose} more than "
        f"{OF_A_PAIR} times."
    )
    return Section(heading, f"{text} {_CLIPS}" if clips else text, table)


def _recording(row, columns, clip):
    others = [f"{name} {row[name]}" for name in columns if name != "singer"]
    about = ", ".join([f"singer {row['singer']}", *others])
    return Recording(row["ID"], about, clip)


def _clips(rows, numbers):
    """By number, those that can be cut; a warning names the others."""
    clips = {}
    for number in numbers:
        row = rows[number]
        try:
            cutter = ListeningClips(seconds=SECONDS, kbps=KBPS)
            clips[number] = cutter.cut(row, row)
        except (AudioError, OSError, RuntimeError) as error:
            logger.warning("%s cannot be played: %s", row["ID"], error)
    return clips
