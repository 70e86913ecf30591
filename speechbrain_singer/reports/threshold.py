"""What a threshold does to trials, as one moves it over their scores."""

import numpy as np

from speechbrain_singer.reports.page import Section

STEPS = 800  # of the slider, besides the marks
BINS = 100
# What is marked: figures that are thresholds, and their names
MARKS = {
    "threshold": "encoder's own",
    "EER_threshold": "equal errors",
    "minDCF_threshold": "least cost (minDCF)",
}
_TEXT = (
    "A trial is accepted, as of the same singer, if its score is above the "
    "threshold. False rejection (FRR): the share of same-singer trials that "
    "are not; false acceptance (FAR): of the others that are. Raising it "
    "trades one for the other."
)


def threshold_section(scored, figures):
    """The errors at the thresholds that have a name, and a slider over all.

    Arguments
    ---------
    scored : ScoredTrials
    figures : dict
        With those of `MARKS` that there are; the slider starts at the first.

    Returns
    -------
    section : Section
    """
    marks = {MARKS[name]: figures[name] for name in MARKS if name in figures}
    points = scored.stats.points
    table = [["threshold", "score", "FRR in %", "FAR in %", "accepted in %"]]
    for name, threshold in marks.items():
        rejected, refused = points.rejected_at(threshold)
        total = points.positives + points.negatives
        accepted = (total - rejected - refused) / total
        rates = *points.errors_at(threshold), accepted
        cells = [f"{100 * rate:.2f}" for rate in rates]
        table.append([name, f"{threshold:.4g}", *cells])
    data = threshold_data(points, scored.scores, scored.trials.labels, marks)
    return Section(
        "What a threshold does", _TEXT, table, widgets={"threshold": data}
    )


def threshold_data(points, scores, labels, marks):
    """What the slider moves over; bounded, however many trials there are.

    Arguments
    ---------
    points : OperatingPoints
        Of the scores.
    scores, labels : np.ndarray
        [trials]
    marks : dict of str to float
        Names of thresholds.

    Returns
    -------
    data : dict
        `thresholds`, ascending, of which the first accepts all trials and the
        last none; at each how many same-singer trials are `rejected` and how
        many others `refused`, of so many `positives` and `negatives`; where
        among them the `marks` and the `start` are; and a `histogram` of both
        kinds, from the `first` edge to the `last`.

    Example
    -------
    >>> from speechbrain_singer.metrics.detection import operating_points
    >>> scores, labels = np.array([1.0, 2.0, 3.0]), np.array([0, 1, 1])
    >>> points = operating_points(scores, labels)
    >>> data = threshold_data(points, scores, labels, {"own": 2.0})
    >>> data["rejected"][data["start"]], data["refused"][data["start"]]
    (1, 1)
    """
    first, last = float(scores.min()), float(scores.max())
    low, high = min([first, *marks.values()]), max([last, *marks.values()])
    step = (high - low or 1.0) / STEPS
    # Short numbers in the page; counted as they stand there
    grid = [float(f"{x:.6g}") for x in np.linspace(low - step, high, STEPS)]
    thresholds = np.unique([low - step, *grid, high, *marks.values()])
    at = np.searchsorted(points.thresholds, thresholds, side="right") - 1
    named = [
        {"name": name, "at": int(np.searchsorted(thresholds, value))}
        for name, value in marks.items()
    ]
    return {
        "thresholds": thresholds.tolist(),
        "rejected": points.rejected[at].tolist(),
        "refused": points.kept_out[at].tolist(),
        "positives": points.positives,
        "negatives": points.negatives,
        "marks": named,
        "start": named[0]["at"],
        "histogram": _histogram(scores, labels, (first, last)),
    }


def _histogram(scores, labels, ends):
    first, last = ends if ends[0] < ends[1] else (ends[0] - 0.5, ends[0] + 0.5)
    same = labels == 1
    counts = {
        name: np.histogram(scores[chosen], BINS, (first, last))[0].tolist()
        for name, chosen in (("same", same), ("other", ~same))
    }
    return {"first": first, "last": last, **counts}
