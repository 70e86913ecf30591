"""From a corpus's files to manifests: listed, probed, split, remembered."""

import inspect
import os
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number
from speechbrain_singer.corpora.fingerprint import (
    is_current,
    save_fingerprint,
    take_fingerprint,
)
from speechbrain_singer.corpora.probe import probe_recordings
from speechbrain_singer.corpora.rows import manifest_rows
from speechbrain_singer.dataio.csv_files import csv_writer
from speechbrain_singer.dataio.files import atomic_open, check_writable, sweep
from speechbrain_singer.dataio.manifest import write_manifest
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.distributed import on_main

logger = get_logger(__name__)

# Each module offers `list_recordings(data_folder, **its_own_options)`
CORPORA = {
    "synthetic": "speechbrain_singer.corpora.synthetic",
    "folder": "speechbrain_singer.corpora.folder",
    "csv": "speechbrain_singer.corpora.csv_table",
    "fma": "speechbrain_singer.corpora.fma",
    "mtg_jamendo": "speechbrain_singer.corpora.mtg_jamendo",
    "music4all": "speechbrain_singer.corpora.music4all",
    "ravdess_song": "speechbrain_singer.corpora.ravdess_song",
}
FULL_BAND = 44_100
FINGERPRINT = "prepared.json"


class Manifests(NamedTuple):
    """Paths of the files that `Corpus.prepare` writes.

    Arguments
    ---------
    manifest : str
        All recordings that can be used.
    train, valid, test : str
        The parts of it.
    skipped : str
        The files that cannot be used, with the reason.
    """

    manifest: str
    train: str
    valid: str
    test: str
    skipped: str


@dataclass(frozen=True)
class Corpus:
    """A corpus, where it lies, and where its manifests are written.

    Arguments
    ---------
    name : str
        A name in `CORPORA`.
    data_folder : str or Path
        Where the corpus lies.
    manifest_folder : str or Path
        Where `manifest.csv`, its parts `train.csv`, `valid.csv` and `test.csv`,
        and `skipped.csv` are written.
    options : dict, optional
        Options of this corpus's `list_recordings`.
    split : Split or FoldSplit
        Says which recordings are in which part.
    min_seconds : float
        Shorter files are skipped.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> folder = getfixture("tmp_path")
    >>> for singer in "ABCDEFGH":
    ...     (folder / singer).mkdir()
    ...     tone = np.sin(np.arange(9000)) / 2
    ...     soundfile.write(folder / singer / "1.wav", tone, 44100)
    >>> split = Split(valid_singers=0.2, test_singers=0)
    >>> corpus = Corpus("folder", folder, folder / "manifest", split=split)
    >>> len(Path(corpus.prepare().train).read_text().splitlines())
    7
    """

    name: str
    data_folder: str
    manifest_folder: str
    options: dict = None
    split: Split = field(default_factory=Split)
    min_seconds: float = 0.1

    def __post_init__(self):
        check_number("min_seconds", self.min_seconds, least=0)

    @property
    def manifests(self):
        """`Manifests`: where `prepare` writes."""
        folder = Path(self.manifest_folder)
        return Manifests(*(str(folder / f"{n}.csv") for n in Manifests._fields))

    def prepare(self):
        """Writes the manifests, or leaves them where nothing has changed.

        They are written anew if the corpus, a setting or the path, size or
        time of any file differs from the last time. To be called by all
        processes; the main one writes.

        Returns
        -------
        paths : Manifests
            CSV files with the columns of `dataio.manifest.COLUMNS` and what
            the corpus knows besides.

        Raises
        ------
        FileNotFoundError
            If the folder is missing or holds no audio of this corpus.
        OSError
            If `manifest_folder` cannot be written to.
        ValueError
            If the corpus or an option is unknown, no file can be used, or
            nothing is left to train on.
        """
        return on_main(self._prepare)

    def _prepare(self):
        list_recordings = _find_corpus(self.name)
        options = self.options or {}
        _check_options(self.name, list_recordings, options)
        check_writable(self.manifest_folder)
        sweep(self.manifest_folder)
        paths = self.manifests
        remembered = Path(self.manifest_folder, FINGERPRINT)

        recordings = list_recordings(self.data_folder, **options)
        fingerprint = take_fingerprint(
            recordings,
            corpus=self.name,
            data_folder=os.path.abspath(self.data_folder),
            options=options,
            split=self.split.described(),
            min_seconds=self.min_seconds,
        )
        if is_current(remembered, fingerprint, paths):
            logger.info("%s: unchanged, used as it is", paths.manifest)
            return paths

        # Whatever is killed from here on must not pass for prepared
        remembered.unlink(missing_ok=True)
        skipped = [row for row in recordings if "reason" in row]
        listed = [row for row in recordings if "reason" not in row]
        usable, refused = probe_recordings(listed, self.min_seconds)
        skipped = sorted(skipped + refused, key=lambda row: row["path"])
        _write_skipped(paths.skipped, skipped)
        _report(self.data_folder, usable, skipped, paths.skipped)
        rows = manifest_rows(usable, self.data_folder)
        parts = self.split.parts(rows)
        write_manifest(paths.manifest, rows)
        for part, its_rows in parts.items():
            write_manifest(getattr(paths, part), its_rows)
        # Folds that were drawn now lie in their file
        fingerprint["split"] = self.split.described()
        save_fingerprint(remembered, fingerprint, paths)
        return paths


def _find_corpus(name):
    if name not in CORPORA:
        raise ValueError(
            f"no corpus named {name!r}; there are {', '.join(CORPORA)} (any "
            "folder of audio is a 'folder')"
        )
    return import_module(CORPORA[name]).list_recordings


def _check_options(corpus, list_recordings, options):
    if not isinstance(options, dict):
        raise ValueError(
            f"options of the corpus {corpus!r}: {options!r}: must be names "
            "and values, such as {seconds: 8.0}"
        )
    known = list(inspect.signature(list_recordings).parameters)[1:]
    for name in options:
        if name not in known:
            raise ValueError(
                f"corpus {corpus!r} has no option {name!r}; it has "
                f"{', '.join(known) or 'none'}"
            )


def _write_skipped(path, skipped):
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(["path", "reason"])
        for row in skipped:
            # The one file that must take names which are not UTF-8
            texts = [row["path"], row["reason"]]
            encoded = [text.encode(errors="backslashreplace") for text in texts]
            writer.writerow([text.decode() for text in encoded])


def _report(data_folder, usable, skipped, skipped_csv):
    """Says what is not used, and stops if that is everything."""
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
