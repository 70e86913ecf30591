"""What an evaluation starts from: a corpus, an encoder, and its embeddings."""

import csv
import os
from pathlib import Path

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.cuts import cut_clips, whole_recordings
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import load_encoder

# Keys of a YAML that the functions here take
NEEDED = [
    "cache_folder",
    "clip_seconds",
    "corpus",
    "corpus_options",
    "data_folder",
    "encoder",
    "manifest_folder",
    "part",
    "seed",
    "test_singers",
    "valid_singers",
]
# And for the background set, which there need not be
BACKGROUND = [
    "background_corpus",
    "background_folder",
    "background_options",
    "background_part",
]


def corpus_of(hparams):
    """The corpus that a recipe's settings name."""
    return Corpus(
        hparams["corpus"],
        hparams["data_folder"],
        hparams["manifest_folder"],
        hparams["corpus_options"],
        Split(
            hparams["valid_singers"], hparams["test_singers"], hparams["seed"]
        ),
    )


def corpus_rows(hparams):
    """The rows of a corpus, or of a part of it, that can be measured on.

    Arguments
    ---------
    hparams : dict
        With `corpus`, `data_folder`, `corpus_options`, `manifest_folder`,
        `valid_singers`, `test_singers` and `seed`, as `corpora.Corpus` takes
        them; `part`, which is `manifest` for all of the corpus, or `train`,
        `valid` or `test`; and `clip_seconds`, the length of clips, None for
        whole recordings.

    Returns
    -------
    rows : list of dict
        With the column `recording`.

    Raises
    ------
    ValueError
        If there is no such part, or no recording with a singer in it.
    """
    parts = corpus_of(hparams).prepare()._asdict()
    parts.pop("skipped")
    part = hparams["part"]
    if part not in parts:
        raise ValueError(f"no part {part!r}; there are {', '.join(parts)}")
    rows = [row for row in read_manifest(parts[part]) if row["singer"]]
    if not rows:
        raise ValueError(
            f"{parts[part]}: no recording in it has a singer's name; in a "
            "corpus of the kind 'folder' the first level of folders is taken "
            "for it"
        )
    if hparams["clip_seconds"] is None:
        return whole_recordings(rows)
    return cut_clips(rows, hparams["clip_seconds"])


def unusable_rows(hparams, asked, usable):
    """Recordings of a corpus that cannot be measured, so as lists may name.

    Arguments
    ---------
    hparams : dict
        As `corpus_rows` takes it.
    asked, usable : list of dict
        What `corpus_rows` and `embedded_corpus` returned.

    Returns
    -------
    rows : list of dict
        With `ID` and `wav`: those that could not be encoded, those that are
        too short for a clip, and those that `skipped.csv` names.
    """
    paths = corpus_of(hparams).manifests
    known = {row["ID"] for row in usable}
    rows = [row for row in asked if row["ID"] not in known]
    known |= {row["ID"] for row in asked} | {row["recording"] for row in asked}
    whole = whole_recordings(read_manifest(paths.manifest))
    rows += [row for row in whole if row["ID"] not in known]
    with open(paths.skipped, encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            name = os.path.relpath(line["path"], hparams["data_folder"])
            row = {"ID": Path(name).as_posix(), "wav": line["path"]}
            rows.append(row | {"recording": row["ID"], "singer": ""})
    return rows


def embedded_corpus(hparams, run_opts=None, rows=None):
    """The embeddings of a corpus by an encoder; to be called by all processes.

    Arguments
    ---------
    hparams : dict
        As `corpus_rows` takes it, with `encoder`, as `load_encoder` takes it,
        and `cache_folder`.
    run_opts : dict, optional
        SpeechBrain's.
    rows : list of dict, optional
        What `corpus_rows` returned, if that was asked before.

    Returns
    -------
    encoder : object
    embeddings : torch.Tensor
        [rows, dim], float32, on the CPU.
    rows : list of dict
        Those that could be encoded.
    """
    rows = corpus_rows(hparams) if rows is None else rows
    encoder = load_encoder(hparams["encoder"], run_opts)
    return encoder, *embed_rows(encoder, rows, hparams, run_opts)


def embedded_background(hparams, encoder, tried, run_opts=None):
    """Embeddings of other singers, that a back end learns from.

    To be called by all processes.

    Arguments
    ---------
    hparams : dict
        As `embedded_corpus` takes it, with `background_corpus`,
        `background_folder`, `background_options` and `background_part`.
    encoder : object
    tried : list of dict
        The rows of the trials.
    run_opts : dict, optional
        SpeechBrain's.

    Returns
    -------
    background : tuple or None
        Embeddings, [rows, dim], and the singer of each. None if no background
        corpus is named.

    Raises
    ------
    ValueError
        If it has recordings of the trials, or of one corpus the same singers:
        figures would be far too good.
    """
    if hparams["background_corpus"] is None:
        return None
    folder = Path(hparams["manifest_folder"])
    settings = {
        **hparams,
        "corpus": hparams["background_corpus"],
        "data_folder": hparams["background_folder"],
        "corpus_options": hparams["background_options"],
        "part": hparams["background_part"],
        "manifest_folder": folder.with_name(f"{folder.name}_background"),
    }
    rows = corpus_rows(settings)
    one_corpus = hparams["background_corpus"] == hparams["corpus"]
    for column in ("wav", "singer") if one_corpus else ("wav",):
        shared = {row[column] for row in rows} & {row[column] for row in tried}
        if shared:
            raise ValueError(
                f"the background set and the trials share {len(shared)} values "
                f"of {column}, such as {min(shared)}: learn from other singers "
                "(--part test --background_part train, for example)"
            )
    embeddings, rows = embed_rows(encoder, rows, hparams, run_opts)
    return embeddings, [row["singer"] for row in rows]


def embed_rows(encoder, rows, hparams, run_opts=None, key=None):
    """`cached_embeddings`, by a recipe's settings."""
    progressbar = not (run_opts or {}).get("noprogressbar", False)
    return cached_embeddings(
        encoder, rows, hparams["cache_folder"], progressbar, key
    )
