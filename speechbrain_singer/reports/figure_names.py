"""Figures of verification by the field's names, and in plain words."""

from speechbrain_singer.reports.tables import shown

# By name in metrics.json: what the field calls it, and what it is
NAMES = {
    "EER": (
        "EER in %",
        "equal error rate, at the threshold where as many same-singer trials "
        "are rejected as others are accepted, in percent of each",
    ),
    "EER_standardised": (
        "EER, standardised, in %",
        "the same of embeddings whose every dimension has mean 0 and "
        "deviation 1 over these recordings",
    ),
    "interpolated_EER": (
        "EER, interpolated, in %",
        "the same with straight lines between the points, as published",
    ),
    "EER_threshold": ("threshold at EER", "the score of that threshold"),
    "minDCF": (
        "minDCF",
        "minimum detection cost, if 1 trial in 100 is of the same singer and "
        "both errors cost alike: 0.01 is what rejecting all costs",
    ),
    "AUC": (
        "AUC in %",
        "area under the ROC curve: how often a same-singer trial scores "
        "higher than another one; chance is 50",
    ),
    "TPR_at_FPR_0.01": (
        "TPR at FPR 1 %, in %",
        "same-singer trials accepted where 1 % of the others are",
    ),
    "Cllr": (
        "Cllr in bits",
        "cost of the log-likelihood ratios: 0 at best, 1 for one who never "
        "commits itself, more for one that misleads",
    ),
    "threshold": (
        "encoder's own threshold",
        "above it the encoder says: the same singer; set on other singers",
    ),
    "false_rejection": ("FRR at it, in %", "same-singer trials rejected"),
    "false_acceptance": ("FAR at it, in %", "other trials accepted"),
    "MNR": (
        "MNR in %",
        "mean normalised rank: how many of the recordings stand before the "
        "one of the same singer; chance is 50",
    ),
    "recall_at_1": (
        "recall@1 in %",
        "the nearest recording of another song is the singer's",
    ),
    "recall_at_5": ("recall@5 in %", "one of the nearest 5 is"),
    "recall_at_10": ("recall@10 in %", "one of the nearest 10 is"),
    "mAP": (
        "mAP in %",
        "mean average precision: 100 if all recordings of the singer stand "
        "before all others",
    ),
    "recordings": ("recordings", "that were compared"),
    "singers": ("singers", "of these"),
    "trials": ("trials", "pairs of recordings"),
    "same_singer_trials": ("same-singer trials", "of these"),
}


def figures_table(figures):
    """Figures with what they are.

    Arguments
    ---------
    figures : dict
        By the names of `NAMES`; `<name>_interval` goes with its figure.

    Returns
    -------
    table : list of list of str
        Figure, value, what it is; the heads first.

    Example
    -------
    >>> figures = {"EER": 9.0, "EER_interval": [7.0, 11.25], "trials": 1200}
    >>> for name, value, _ in figures_table(figures)[1:]:
    ...     print(name, value)
    EER in % 9.00 (7.00 to 11.25)
    trials 1,200
    """
    table = [["figure", "value", "what it is"]]
    for name, (title, words) in NAMES.items():
        if name not in figures:
            continue
        value, interval = shown(figures[name]), figures.get(f"{name}_interval")
        if interval is not None:
            value = f"{value} ({shown(interval)})"
            words = f"{words}; in brackets its 95 % interval over singers"
        table.append([title, value, words])
    return table
