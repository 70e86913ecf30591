"""The recordings, or the clips of them, that encoders are measured on."""

from dataclasses import dataclass

from speechbrain_singer.checks import check_clip_seconds
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.dataio.fixed_clips import clips_of, whole_recordings
from speechbrain_singer.dataio.manifest import read_manifest


@dataclass(frozen=True)
class MeasuredCorpus:
    """A corpus, or a part of it, in clips or whole.

    Arguments
    ---------
    corpus : Corpus
    part : str
        `manifest` for all of it, or `train`, `valid` or `test`.
    clip_seconds : float, optional
        Length of clips without overlap; whole recordings if left out.
    """

    corpus: Corpus
    part: str = "manifest"
    clip_seconds: float = None

    def __post_init__(self):
        if self.clip_seconds is not None:
            check_clip_seconds(self.clip_seconds)

    def rows(self):
        """What can be measured; to be called by all processes.

        Returns
        -------
        rows : list of dict
            Rows of the manifest, with the column `recording`.

        Raises
        ------
        ValueError
            If there is no such part, or no recording with a singer in it.
        """
        parts = self.corpus.prepare()._asdict()
        parts.pop("skipped")
        if self.part not in parts:
            raise ValueError(
                f"no part {self.part!r}; there are {', '.join(parts)}"
            )
        manifest = parts[self.part]
        rows = [row for row in read_manifest(manifest) if row["singer"]]
        if not rows:
            raise ValueError(
                f"{manifest}: no recording in it has a singer's name; in a "
                "corpus of the kind 'folder' the first level of folders is "
                "taken for it"
            )
        if self.clip_seconds is None:
            return whole_recordings(rows)
        return clips_of(rows, self.clip_seconds)

    def unusable(self, asked, usable):
        """What a list of trials may name, though it cannot be measured.

        Arguments
        ---------
        asked : list of dict
            What `rows` returned.
        usable : list of dict
            Those of them that could be encoded.

        Returns
        -------
        rows : list of dict
            With `ID` and `wav`: what could not be encoded, what is of another
            part or too short for a clip, and what `skipped.csv` names.
        """
        paths = self.corpus.manifests
        known = {row["ID"] for row in usable}
        rows = [row for row in asked if row["ID"] not in known]
        for row in asked:
            known |= {row["ID"], row["recording"]}
        whole = whole_recordings(read_manifest(paths.manifest))
        rows += [row for row in whole if row["ID"] not in known]
        for _, skipped in read_csv(paths.skipped, ("path", "reason")):
            for source in self.corpus.sources:
                row = {"ID": source.name_of(skipped["path"]), "singer": ""}
                row |= {"recording": row["ID"], "wav": skipped["path"]}
                if not row["ID"].startswith(".."):
                    rows.append(row)
        return rows

    def check_apart(self, rows, other, other_rows):
        """Refuses a background set that has something of the trials.

        Figures would be far too good.

        Arguments
        ---------
        rows : list of dict
            Of this corpus, the background.
        other : MeasuredCorpus
        other_rows : list of dict
            Those of the trials.

        Raises
        ------
        ValueError
            If recordings are in both, or of one corpus the same singers.
        """
        for column in ("wav", "singer"):
            shared = self._values(column, rows)
            shared &= other._values(column, other_rows)
            if shared:
                raise ValueError(
                    f"the background set and the trials share {len(shared)} "
                    f"values of {column}, such as {min(shared)}: learn from "
                    "other singers (--part test --background_part train, for "
                    "example)"
                )

    def _values(self, column, rows):
        """What stands there; singers alike in one corpus and in one of many."""
        if column != "singer":
            return {row[column] for row in rows}
        first, *_ = every = self.corpus.sources
        sources = {source.root: source for source in every}
        found = set()
        for row in rows:
            source = sources.get(row.get("corpus"), first)
            name = row["singer"].removeprefix(
                f"{source.people or source.root}:"
            )
            found.add(f"{name} of {source.people or source.corpus}")
        return found
