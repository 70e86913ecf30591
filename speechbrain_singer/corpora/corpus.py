"""From a corpus's files to manifests: listed, probed, split, remembered."""

import os
from dataclasses import dataclass, field
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
from speechbrain_singer.corpora.rows import (
    manifest_rows,
    note_files,
    with_note_files,
)
from speechbrain_singer.corpora.shares import check_shares, weigh
from speechbrain_singer.corpora.skipped import report, write_skipped
from speechbrain_singer.corpora.sources import find_sources
from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.locks import one_at_a_time
from speechbrain_singer.dataio.manifest import write_manifest
from speechbrain_singer.dataio.notes import check_notes
from speechbrain_singer.dataio.roots import NOTE, write_roots
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.distributed import on_main

logger = get_logger(__name__)

FINGERPRINT = "prepared.json"
PROBED = "probed.jsonl"


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

    Several corpora at once are one: their singers are told apart.

    Arguments
    ---------
    name : str
        A name in `CORPORA`, or several with commas between them.
    data_folder : str or Path
        Where the corpus lies, or as many folders with commas between them.
    manifest_folder : str or Path
        Where `manifest.csv`, its parts `train.csv`, `valid.csv` and `test.csv`,
        and `skipped.csv` are written; and what belongs to them: `roots.json`,
        `notes`, and what the next preparation need not find out again.
    options : dict, optional
        Options of this corpus's `list_recordings`; of several by their names.
    split : Split or FoldSplit
        Says which recordings are in which part.
    min_seconds : float
        Shorter files are skipped.
    weights : list of float, optional
        Of several corpora the shares of clips that are drawn from each; by
        their lengths if left out.

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
    weights: list = None

    def __post_init__(self):
        check_number("min_seconds", self.min_seconds, least=0)

    @property
    def sources(self):
        """List of `Source`: the corpora that it is made of."""
        return find_sources(self.name, self.data_folder, self.options)

    @property
    def manifests(self):
        """`Manifests`: where `prepare` writes."""
        folder = Path(self.manifest_folder)
        return Manifests(*(str(folder / f"{n}.csv") for n in Manifests._fields))

    def prepare(self):
        """Writes the manifests, or leaves them where nothing has changed.

        They are written anew if the corpus, a setting or the path, size or
        time of any file differs from the last time. To be called by all
        processes; the main one writes. Other runs that prepare the same at
        the same time wait, and then find it prepared.

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
        return on_main(self._in_turn)

    def _in_turn(self):
        sources = self.sources
        check_shares(self.weights, len(sources))
        check_writable(self.manifest_folder)
        with one_at_a_time(self.manifest_folder):
            return self._prepare(sources)

    def _prepare(self, sources):
        sweep(self.manifest_folder)
        remembered = Path(self.manifest_folder, FINGERPRINT)

        listed = [row for source in sources for row in source.recordings()]
        fingerprint = take_fingerprint(
            listed,
            corpora=[
                [source.corpus, os.path.abspath(source.data_folder)]
                for source in sources
            ],
            options=self.options,
            split=self.split.described(),
            min_seconds=self.min_seconds,
            weights=self.weights,
        )
        if is_current(remembered, fingerprint, self._written):
            logger.info("%s: unchanged, used as it is", self.manifests.manifest)
            return self.manifests

        # Whatever is killed from here on must not pass for prepared
        remembered.unlink(missing_ok=True)
        self._write(sources, self._probe(sources, listed))
        # Folds that were drawn now lie in their file
        fingerprint["split"] = self.split.described()
        save_fingerprint(remembered, fingerprint, self._written)
        return self.manifests

    @property
    def _written(self):
        """Paths of all that is read again."""
        roots = Path(self.manifest_folder, NOTE)
        return [*self.manifests, roots, *note_files(self.manifest_folder)]

    def _probe(self, sources, listed):
        """The rows of what can be used; what cannot is written and told."""
        noted = Path(self.manifest_folder, PROBED)
        fit, unfit = _sort_out(listed)
        usable, refused = probe_recordings(fit, self.min_seconds, noted)
        skipped = sorted(unfit + refused, key=lambda row: row["path"])
        write_skipped(self.manifests.skipped, skipped)
        report(self.data_folder, usable, skipped, self.manifests.skipped)
        return [
            row
            for source in sources
            for row in manifest_rows(filter(source.has, usable), source)
        ]

    def _write(self, sources, rows):
        roots = {source.root: source.data_folder for source in sources}
        write_roots(self.manifest_folder, roots)
        rows = with_note_files(rows, self.manifest_folder)
        parts = {"manifest": rows, **self.split.parts(rows)}
        for name, its_rows in parts.items():
            weighed = weigh(its_rows, sources, self.weights)
            write_manifest(getattr(self.manifests, name), weighed)


def _sort_out(recordings):
    """Those that may be used, and those with a reason why not."""
    fit, unfit = [], []
    for recording in recordings:
        if "reason" not in recording and "notes" in recording:
            try:
                check_notes("notes", recording["notes"])
            except ValueError as error:
                reason = {"reason": str(error), "path": recording["path"]}
                recording = reason
        (unfit if "reason" in recording else fit).append(recording)
    return fit, unfit
