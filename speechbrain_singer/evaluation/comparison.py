"""Encoders side by side: measured once, kept, and set in a table."""

import hashlib
import json
import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.distributed import is_main, on_main
from speechbrain_singer.evaluation import inputs
from speechbrain_singer.evaluation.cache import embeddings_key
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.inputs import corpus_rows, embed_rows
from speechbrain_singer.evaluation.verification import ScoredTrials
from speechbrain_singer.scoring import Cosine
from speechbrain_singer.settings import nearest
from speechbrain_singer.trials import TrialPlan

logger = get_logger(__name__)

MISSING = "-"
# Of the settings of a corpus, those of its own that others do not have
NEEDED = [*inputs.NEEDED, "folds", "group_by"]
# Those that say where things are kept
_OWN = ("cache_folder", "manifest_folder")
# What is done with the embeddings
_USED = ("conditions", "replicates", "folds", "group_by", "seed")


def measured(corpus, encoder, hparams, run_opts=None):
    """The figures of an encoder on a corpus, measured or measured before.

    To be called by all processes.

    Arguments
    ---------
    corpus, encoder : str
        Names, keys of `corpora` and `encoders` in `hparams`.
    hparams : dict
        Those, and `conditions`, `defaults`, `replicates`, `output_folder` and
        `cache_folder`.
    run_opts : dict, optional
        SpeechBrain's.

    Returns
    -------
    cell : dict
        `conditions`, with the figures of each that the corpus allows, and
        `accuracy` in percent of identification. `failure`, the reason, where
        the encoder cannot be loaded or the corpus not be read.
    """
    folder = Path(hparams["output_folder"])
    settings = {
        **hparams["defaults"],
        **hparams["corpora"][corpus],
        "encoder": hparams["encoders"][encoder],
        "conditions": hparams["conditions"],
        "replicates": hparams["replicates"],
        "cache_folder": hparams["cache_folder"],
        "manifest_folder": str(folder / "manifests" / _file_name(corpus)),
    }
    file = folder / "cells" / f"{_file_name(f'{corpus}-{encoder}')}.json"
    try:
        return _measured(file, settings, run_opts)
    # Whatever one encoder does, the others are measured
    except Exception as error:
        logger.error("%s on %s: %r", encoder, corpus, error)
        return {"conditions": {}, "failure": f"{type(error).__name__}: {error}"}


def check_corpora(hparams):
    """Names keys of the corpora that nothing uses, before anything is done.

    Arguments
    ---------
    hparams : dict
        As `measured` takes it.

    Raises
    ------
    ValueError
        If a corpus, or the defaults, has an unknown key or lacks one.

    Example
    -------
    >>> corpora = {"mine": {"corps": "folder"}}
    >>> check_corpora({"defaults": {}, "corpora": corpora})
    Traceback (most recent call last):
        ...
    ValueError: mine: no key 'corps' is known; did you mean 'corpus'?
    """
    known = [name for name in NEEDED if name not in ("encoder", *_OWN)]
    for corpus, own in {"defaults": {}, **hparams["corpora"]}.items():
        if own is None:  # taken away on the command line
            continue
        settings = {**hparams["defaults"], **own}
        for key in settings:
            if key not in known:
                raise ValueError(
                    f"{corpus}: no key {key!r} is known{nearest(key, known)}"
                )
        lacking = [key for key in known if key not in settings]
        if lacking and corpus != "defaults":
            raise ValueError(f"{corpus}: lacks {', '.join(lacking)}")


def _file_name(name):
    return re.sub(r"[^\w.-]", "_", name)


def _measured(file, settings, run_opts):
    rows = corpus_rows(settings)
    encoder = load_encoder(settings["encoder"], run_opts)
    known_by = embeddings_key(encoder, rows)
    key = _key(known_by, settings)
    cell = on_main(_read, file, key)
    if cell is not None:
        return cell
    embeddings, rows = embed_rows(encoder, rows, settings, run_opts, known_by)
    if not is_main():
        return {"conditions": {}}
    cell = _measure(embeddings, rows, settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(file) as opened:
        json.dump({**cell, "key": key}, opened, indent=2)
    return cell


def _key(embeddings, settings):
    """Another if the embeddings are, or what is done with them."""
    if embeddings is None:
        return None
    used = {name: settings[name] for name in _USED}
    text = json.dumps([embeddings, used], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _read(file, key):
    try:
        cell = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return cell if key and cell.pop("key", None) == key else None


def _measure(embeddings, rows, settings):
    cell = {"conditions": {}}
    for name, condition in settings["conditions"].items():
        if condition is None:  # taken away on the command line
            continue
        plan = TrialPlan(**condition)
        wanted = {*plan.same, *plan.different}
        if wanted - set(rows[0]):
            logger.warning("%s: not without %s", name, wanted - set(rows[0]))
            continue
        trials = plan.make(rows)
        scores = Cosine().score(embeddings, trials)
        scored = ScoredTrials(embeddings, rows, trials, scores)
        cell["conditions"][name] = scored.figures(settings["replicates"])
    if settings["folds"]:
        validation = CrossValidation(
            *(settings["folds"], settings["group_by"], settings["seed"]),
            probes=["linear"],
        )
        linear = validation.run(embeddings, rows).predictions["linear"]
        cell["accuracy"] = linear.figures()["accuracy"]["mean"]
    return cell


def side_by_side_table(cells):
    """The table: a line for each encoder on each corpus.

    Arguments
    ---------
    cells : dict of (str, str) to dict
        By corpus and encoder, what `measured` returns.

    Returns
    -------
    table : list of list of str
        The heads of the columns first.

    Example
    -------
    >>> figures = {"EER": 9.0, "EER_interval": [8, 10], "MNR": 2.0}
    >>> cell = {"conditions": {"all pairs": figures}, "accuracy": 80.0}
    >>> for line in side_by_side_table({("ours", "mfcc"): cell}):
    ...     print(" | ".join(line))
    corpus | encoder | all pairs: EER (95 %) | all pairs: MNR | accuracy
    ours | mfcc | 9.0 (8.0 to 10.0) | 2.0 | 80.0
    """
    conditions = list(
        dict.fromkeys(
            name for cell in cells.values() for name in cell["conditions"]
        )
    )
    heads = [f"{name}: EER (95 %)" for name in conditions]
    rank = f"{conditions[0]}: MNR" if conditions else "MNR"
    table = [["corpus", "encoder", *heads, rank, "accuracy"]]
    for (corpus, encoder), cell in cells.items():
        figures = [cell["conditions"].get(name) for name in conditions]
        table.append(
            [
                corpus,
                encoder,
                *(_eer(of_condition) for of_condition in figures),
                _number((figures[0] or {}).get("MNR") if figures else None),
                _number(cell.get("accuracy")),
            ]
        )
    return table


def _eer(figures):
    if figures is None:
        return MISSING
    if "EER_interval" not in figures:
        return _number(figures["EER"])
    low, high = figures["EER_interval"]
    return f"{figures['EER']:.1f} ({low:.1f} to {high:.1f})"


def _number(value):
    return MISSING if value is None else f"{value:.1f}"
