"""What of a corpus is not used: written down, and told."""

from collections import Counter

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import csv_writer
from speechbrain_singer.dataio.files import atomic_open

logger = get_logger(__name__)

FULL_BAND = 44_100


def write_skipped(path, skipped):
    """Writes a CSV file of what is skipped.

    Arguments
    ---------
    path : str or Path
    skipped : list of dict
        With `path` and `reason`.
    """
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(["path", "reason"])
        for row in skipped:
            # The one file that must take names which are not UTF-8
            texts = [row["path"], row["reason"]]
            encoded = [text.encode(errors="backslashreplace") for text in texts]
            writer.writerow([text.decode() for text in encoded])


def report(data_folder, usable, skipped, skipped_csv):
    """Says what is not used, and stops if that is everything.

    Arguments
    ---------
    data_folder : str
    usable, skipped : list of dict
        With `sample_rate`, and with `path` and `reason`.
    skipped_csv : str
        Where `write_skipped` wrote.

    Raises
    ------
    ValueError
        If nothing can be used.
    """
    total = len(usable) + len(skipped)
    reasons = Counter(row["reason"].split(":")[0] for row in skipped)
    counted = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    if not usable:
        examples = "".join(
            f"\n  {row['path']}: {row['reason']}" for row in skipped[:3]
        )
        raise ValueError(
            f"{data_folder}: none of {total} audio files can be used: "
            f"{counted}; all are listed in {skipped_csv}, the first:{examples}"
        )
    if skipped:
        logger.warning(
            "%d of %d files are skipped: %s; listed in %s",
            *(len(skipped), total, counted, skipped_csv),
        )
    rates = [row["sample_rate"] for row in usable]
    narrow = [rate for rate in rates if rate < FULL_BAND]
    if narrow:
        logger.warning(
            "%d of %d files have a sample rate below %d Hz (the lowest: %d): "
            "they lack the band above half of it, where singers differ too",
            *(len(narrow), len(rates), FULL_BAND, min(narrow)),
        )
