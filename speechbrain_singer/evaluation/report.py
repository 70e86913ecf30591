"""What a set of recordings says of an encoder."""

from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.verification import verification_metrics
from speechbrain_singer.trials import all_pairs


def verification_report(encoder, rows):
    """Verification figures of an encoder on the recordings of a manifest.

    Arguments
    ---------
    encoder : object
        As `embed_recordings` takes it.
    rows : list of dict
        Rows of a manifest.

    Returns
    -------
    report : dict
        Numbers of recordings and singers, the `verification_metrics` of all
        pairs of different songs (`all_pairs`) and, if the manifest knows the
        singers' sex, of those of one sex (`same_sex`). Where there are no
        trials of both kinds the figures are left out.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> rows, rng = [], np.random.default_rng(0)
    >>> for i, singer in enumerate("aabb"):
    ...     path = str(getfixture("tmp_path") / f"{i}.wav")
    ...     soundfile.write(path, rng.standard_normal(9000) / 9, 44100)
    ...     rows.append({"wav": path, "singer": singer, "song": str(i)})
    >>> verification_report(MFCCStatistics(), rows)["all_pairs"]["trials"]
    6
    """
    embeddings, rows = embed_recordings(encoder, rows)
    report = {
        "recordings": len(rows),
        "singers": len({row["singer"] for row in rows}),
    }
    kinds = {"all_pairs": ()}
    if rows and "sex" in rows[0]:
        kinds["same_sex"] = ("sex",)
    for kind, same in kinds.items():
        trials = all_pairs(rows, same)
        if trials.both_kinds:
            report[kind] = verification_metrics(embeddings, rows, trials)
    return report
