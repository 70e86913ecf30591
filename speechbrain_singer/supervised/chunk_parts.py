"""Parts of a corpus, as chunks of audio: train, validation and test."""

from dataclasses import dataclass

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.chunks import Chunks, chunks_of
from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    with_several_groups,
)
from speechbrain_singer.dataio.folds import FoldSplit
from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.distributed import on_main
from speechbrain_singer.supervised.parts import Part, check_parts

logger = get_logger(__name__)


@dataclass(frozen=True)
class ChunkParts:
    """Says what the chunks of a corpus are, and what of them one tells apart.

    Arguments
    ---------
    seconds : float
        Length of a chunk. Silent ones are left out, see `chunks_of`.
    label : str
        The column of the classes, such as singer or technique.
    classes : list of str, optional
        Those that are told apart, in the order of the classifier; all that
        there are, in that of their names, if left out.

    Raises
    ------
    ValueError
        If a class stands there twice.
    """

    seconds: float
    label: str = "singer"
    classes: list = None

    def __post_init__(self):
        if self.classes and len(set(self.classes)) < len(self.classes):
            raise ValueError(f"classes: {self.classes}: one is there twice")

    def of(self, rows, split, sample_rate, progressbar=True):
        """Splits a corpus. To be called by all processes of a torchrun.

        Arguments
        ---------
        rows : list of dict
            Of the manifest. Those that have none of the classes, or no chunk,
            are left out.
        split : FoldSplit or HeldOutSingers
        sample_rate : int
            Of the chunks, in Hz.
        progressbar : bool

        Returns
        -------
        parts : dict of str to Part
            train, valid and test, of `Chunks`. All have the names of the
            classes that are trained on; a warning counts recordings of others.

        Raises
        ------
        ValueError
            If no recording has a class, or a part is empty.
        """
        chunks = {}
        for chunk in on_main(self._chunks, rows, progressbar):
            chunks.setdefault(chunk["recording"], []).append(chunk)
        recordings = [own[0] | {"ID": name} for name, own in chunks.items()]
        if isinstance(split, FoldSplit):
            by = split.folds.by
            recordings = with_several_groups(recordings, by, self.label)
        parts = split.parts(recordings)
        trained = {row[self.label] for row in parts["train"]}
        classes = [c for c in self.classes or sorted(trained) if c in trained]
        self._tell_untrained(trained)
        own = {
            name: self._trained(part, classes) for name, part in parts.items()
        }
        check_parts(own, dict.fromkeys(own, classes), True, self.label)
        number = {name: i for i, name in enumerate(classes)}
        made = {}
        for name, kept in own.items():
            every = [c for row in kept for c in chunks[row["ID"]]]
            labels = [number[chunk[self.label]] for chunk in every]
            made[name] = Part(kept, Chunks(every, sample_rate, labels), classes)
        return made

    def _chunks(self, rows, progressbar):
        """Of the recordings that have one of the classes."""
        wanted = [
            row | {"recording": recording_of(row)}
            for row in rows
            if row.get(self.label)
            and (not self.classes or row[self.label] in self.classes)
        ]
        if not wanted:
            raise FoldsError(
                f"none of {len(rows)} recordings has a {self.label}"
                + (f" of {', '.join(self.classes)}" if self.classes else "")
                + ", which is what is learned"
            )
        return chunks_of(wanted, self.seconds, progressbar=progressbar)

    def _tell_untrained(self, trained):
        untrained = [c for c in self.classes or () if c not in trained]
        if untrained:
            logger.warning(
                "nothing trains on the %s %s: left out",
                *(self.label, ", ".join(untrained)),
            )

    def _trained(self, rows, classes):
        """Rows of classes that are trained on."""
        kept = [row for row in rows if row[self.label] in classes]
        if len(kept) < len(rows):
            logger.warning(
                "%d recordings to validate or to test are left out: nothing "
                "trains on their %s",
                *(len(rows) - len(kept), self.label),
            )
        return kept
