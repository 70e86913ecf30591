"""Figures of verification by the field's names, and in plain words."""

from speechbrain_singer.reports.tables import shown

# By name in metrics.json: what the field calls it, its unit, and what it is
NAMES = {
    "EER": (
        *("EER", " %"),
        "equal error rate: where the share of same-singer trials rejected "
        "is that of others accepted",
    ),
    "EER_standardised": (
        *("EER standardised", " %"),
        "the same, each dimension with mean 0 and deviation 1 over the set",
    ),
    "interpolated_EER": (
        *("EER interpolated", " %"),
        "the same, as published: between points on a straight line",
    ),
    "EER_threshold": (
        *("threshold at EER", ""),
        "the score where errors are equal",
    ),
    "minDCF": (
        *("minDCF", ""),
        "minimum detection cost, if 1 trial in 100 is of the same singer; "
        "0.01: as bad as rejecting all",
    ),
    "AUC": (
        *("AUC", " %"),
        "area under the ROC: how often a same-singer trial scores higher "
        "than another one; chance is 50",
    ),
    "TPR_at_FPR_0.01": (
        *("TPR at FPR 1 %", " %"),
        "same-singer trials accepted where 1 % of the others are",
    ),
    "Cllr": (
        *("Cllr", " bits"),
        "cost of the log-likelihood ratios: 0 at best, 1 for always saying "
        "nothing, more for misleading",
    ),
    "threshold": (
        *("encoder's own threshold", ""),
        "above it the encoder says: the same singer; errors at it flatter if "
        "it was set on these singers",
    ),
    "false_rejection": ("FRR at it", " %", "same-singer trials rejected"),
    "false_acceptance": ("FAR at it", " %", "other trials accepted"),
    "MNR": (
        *("MNR", " %"),
        "mean normalised rank: how many recordings stand before one of the "
        "same singer; chance is 50",
    ),
    "recall_at_1": (
        *("recall@1", " %"),
        "the nearest recording of another song is the singer's",
    ),
    "recall_at_5": ("recall@5", " %", "one of the nearest 5 is"),
    "recall_at_10": ("recall@10", " %", "one of the nearest 10 is"),
    "mAP": (
        *("mAP", " %"),
        "mean average precision: 100 if all of the singer's stand before "
        "all others",
    ),
    "recordings": ("recordings", "", "that were compared"),
    "singers": ("singers", "", "of these"),
    "trials": ("trials", "", "pairs of recordings"),
    "same_singer_trials": ("same-singer trials", "", "of these"),
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
    ...     print(f"{name}: {value}")
    EER: 9.00 % (7.00 to 11.25)
    trials: 1,200
    """
    table = [["figure", "value", "what it is"]]
    for name, (title, unit, words) in NAMES.items():
        if name not in figures:
            continue
        value = f"{shown(figures[name])}{unit}"
        interval = figures.get(f"{name}_interval")
        if interval is not None:
            value = f"{value} ({shown(interval)})"
            words = f"{words} (95 % interval over singers)"
        table.append([title, value, words])
    return table
