"""Notes: how well those of a recording are found, by mir_eval.

Conventions: notes are [notes, 3], onset and offset in seconds and MIDI pitch.
Estimated and reference notes are matched one to one, as many as can be (Molina
et al., ISMIR 2014), by three rules:

- COn: onsets within 50 ms.
- COnP: also pitches within 50 cents.
- COnPOff: also offsets within 50 ms, or 20 % of the reference note's length
  if that is more.

Precision and recall are the matched share of estimated and of reference notes,
F1 their harmonic mean, in [0, 1]. All is 0 where there are no notes on a side.
"""

import numpy as np
from speechbrain.utils.metric_stats import MetricStats

RULES = ("COn", "COnP", "COnPOff")
_KINDS = ("precision", "recall", "f1")
_ONSETS = {"onset_tolerance": 0.05}  # s
_PITCHES = {**_ONSETS, "pitch_tolerance": 50.0}  # cents
_OFFSETS = {"offset_ratio": 0.2, "offset_min_tolerance": 0.05}  # of length, s


def validate(notes):
    """Checks notes, and leaves out those that do not end after they begin.

    Arguments
    ---------
    notes : array_like
        [notes, 3], or empty.

    Returns
    -------
    notes : np.ndarray
        [notes, 3], float64.

    Raises
    ------
    ValueError
        If the shape is another one, a number is not finite, or an onset is
        negative.

    Example
    -------
    >>> validate([(0.0, 1.0, 60), (1.0, 1.0, 62)])
    array([[ 0.,  1., 60.]])
    """
    notes = np.asarray(notes, dtype=float)
    if not notes.size:
        return np.zeros((0, 3))
    if notes.ndim != 2 or notes.shape[1] != 3:
        raise ValueError(f"notes [notes, 3] are needed, got {notes.shape}")
    flawed = ~np.isfinite(notes).all(axis=1) | (notes[:, 0] < 0)
    if flawed.any():
        first = notes[flawed.argmax()].tolist()
        raise ValueError(f"{flawed.sum()} notes cannot be, such as {first}")
    return notes[notes[:, 0] < notes[:, 1]]


def evaluate(estimated, reference):
    """All figures of a recording.

    Arguments
    ---------
    estimated, reference : array_like
        As `validate` takes them.

    Returns
    -------
    figures : dict of str to float
        COn_precision, COn_recall, COn_f1, and so on of COnP and COnPOff.

    Raises
    ------
    ValueError
        As `validate` does.
    ImportError
        If mir_eval is missing.

    Example
    -------
    >>> figures = evaluate([(0, 1, 60), (1, 2, 64)], [(0, 1, 60), (1, 2, 62)])
    >>> figures["COn_f1"], figures["COnP_f1"], figures["COnPOff_recall"]
    (1.0, 0.5, 0.5)
    """
    estimated, reference = validate(estimated), validate(reference)
    if not (len(estimated) and len(reference)):
        return dict.fromkeys(figure_names(), 0.0)
    mir_eval = _mir_eval()
    by_onsets = mir_eval.transcription.onset_precision_recall_f1
    by_pitches = mir_eval.transcription.precision_recall_f1_overlap
    hertz = mir_eval.util.midi_to_hz
    notes = [reference[:, :2], hertz(reference[:, 2])]
    notes += [estimated[:, :2], hertz(estimated[:, 2])]
    figures = [
        *by_onsets(*notes[::2], **_ONSETS),
        *by_pitches(*notes, **_PITCHES, offset_ratio=None)[:3],
        *by_pitches(*notes, **_PITCHES, **_OFFSETS)[:3],
    ]
    return dict(zip(figure_names(), map(float, figures), strict=True))


def figure_names():
    """The names of the figures of `evaluate`, in order."""
    return [f"{rule}_{kind}" for rule in RULES for kind in _KINDS]


def check_installed():
    """Makes sure that notes can be measured, before anything is trained.

    Raises
    ------
    ImportError
        If mir_eval is missing.
    """
    _mir_eval()


def _mir_eval():
    try:
        import mir_eval
    except ImportError as error:
        raise ImportError(
            f"figures of notes need the package mir_eval ({error}): "
            "pip install speechbrain_singer[notes]"
        ) from error
    return mir_eval


class NoteStats(MetricStats):
    """SpeechBrain's statistics of the notes of recordings.

    The summary has the figures of `evaluate`, each the mean over recordings,
    of which all count alike, however many notes they have. One without notes
    has zeros.

    Example
    -------
    >>> stats = NoteStats()
    >>> stats.append(["a", "b"], [[(0, 1, 60)], []], [[(0, 1, 60)]] * 2)
    >>> stats.summarize("COnPOff_f1")
    0.5
    """

    def __init__(self):
        super().__init__(metric=evaluate)

    def append(self, ids, estimated, reference):
        """Adds whole recordings.

        Arguments
        ---------
        ids : sequence of str
        estimated, reference : sequence of array_like
            The notes of each, as `validate` takes them.

        Raises
        ------
        ValueError
            If there are not as many of each, or as `validate` does; the
            message names the recording.
        """
        if not len(ids) == len(estimated) == len(reference):
            raise ValueError(
                f"{len(ids)} ids for the notes of {len(estimated)} recordings "
                f"and the reference notes of {len(reference)}"
            )
        scores = list(map(self._score, ids, estimated, reference))
        self.ids.extend(ids)
        self.scores.extend(scores)
        self.summary = {}

    def _score(self, name, estimated, reference):
        try:
            return self.metric(estimated, reference)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error

    def summarize(self, field=None):
        """All figures by their names, or the one that `field` names.

        Raises
        ------
        ValueError
            If there are no recordings.
        """
        if not self.scores:
            raise ValueError("no recordings yet: append some")
        self.summary = {
            name: float(np.mean([score[name] for score in self.scores]))
            for name in figure_names()
        }
        return self.summary if field is None else self.summary[field]

    def write_stats(self, filestream, verbose=False):
        """Writes a line for each figure, and one for each recording.

        Arguments
        ---------
        filestream : file object
        verbose : bool
            Whether to print the figures, too.
        """
        self.summarize()
        lines = [f"{name}: {self.summary[name]:.2%}" for name in self.summary]
        if verbose:
            print(*lines, sep="\n")
        lines += ["", f"F1 of {', '.join(RULES)}:"]
        for name, score in zip(self.ids, self.scores, strict=True):
            values = (f"{score[f'{rule}_f1']:.2%}" for rule in RULES)
            lines.append(f"{name}: {', '.join(values)}")
        print(*lines, sep="\n", file=filestream)
