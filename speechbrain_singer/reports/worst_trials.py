"""The trials that are most wrong, with their recordings to play."""

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.reports.listening_clips import ListeningClips
from speechbrain_singer.reports.page import Recording, Section

logger = get_logger(__name__)

MOST = 10  # trials of either kind
SECONDS, KBPS = 5.0, 48  # of a clip: 40 kB in the page
_KINDS = {
    1: ("The worst false rejections", "The same singer, and the lowest score"),
    0: ("The worst false acceptances", "Other singers, and the highest score"),
}
_CLIPS = (
    f"Each plays for {SECONDS:g} s at most, from where it is loudest, all "
    "equally loud. These are excerpts of the recordings: pass the page on only "
    "if you may pass them on, or write it without them (--excerpts False)."
)


def worst_trials(scores, labels, threshold, label):
    """Which trials are decided wrongly, the worst first.

    Arguments
    ---------
    scores, labels : np.ndarray
        [trials]
    threshold : float
        Trials above it are accepted.
    label : int
        1 for false rejections, 0 for false acceptances.

    Returns
    -------
    trials : np.ndarray
        Their numbers, `MOST` at most.

    Example
    -------
    >>> scores, labels = np.array([0.3, 0.1, 0.9]), np.array([1, 1, 0])
    >>> worst_trials(scores, labels, 0.5, 1).tolist()
    [1, 0]
    """
    is_wrong = (scores > threshold) != labels
    wrong = np.flatnonzero(is_wrong & (labels == label))
    sign = 1 if label else -1
    order = np.argsort(sign * scores[wrong], kind="stable")
    return wrong[order[:MOST]]


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
    chosen = worst_trials(scores, trials.labels, threshold, label)
    heading, text = _KINDS[label]
    text = f"{text}, at a threshold of {threshold:.4g}."
    if not len(chosen):
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
