"""What a corpus should hold, beside what was found of it."""

from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

MOST_NAMES = 20  # of missing singers, in a message


def report_missing(data_folder, recordings, singers=None, count=None):
    """Warns of what the authors' archive has and the folder lacks.

    Arguments
    ---------
    data_folder : str or Path
    recordings : list of dict
        All that were found, before any are left out at the user's wish. Those
        with a `reason`, which cannot be used, count as missing.
    singers : iterable of str, optional
        The names of all singers.
    count : int, optional
        How many recordings there are.

    Returns
    -------
    complete : bool

    Example
    -------
    >>> rows = [{"path": "f1.wav", "singer": "f1"}]
    >>> report_missing("here", rows, singers=["f1", "f2"], count=2)
    False
    >>> report_missing("here", rows, singers=["f1"], count=1)
    True
    """
    usable = [row for row in recordings if "reason" not in row]
    missing = []
    if count is not None and len(usable) < count:
        missing.append(f"{len(usable)} of {count} recordings are there")
    if singers is not None:
        names = sorted(set(singers))
        lacking = sorted(set(names) - {row["singer"] for row in usable})
        if lacking:
            more = ", ..." if len(lacking) > MOST_NAMES else ""
            missing.append(
                f"{len(lacking)} of {len(names)} singers are missing: "
                f"{', '.join(lacking[:MOST_NAMES])}{more}"
            )
    if missing:
        logger.warning(
            "%s: not the whole corpus: %s", data_folder, "; ".join(missing)
        )
    elif count is not None and len(usable) > count:
        logger.warning(
            "%s: %d recordings, more than the %d of the corpus: is there "
            "something else in it, or a copy?",
            *(data_folder, len(usable), count),
        )
    return not missing
