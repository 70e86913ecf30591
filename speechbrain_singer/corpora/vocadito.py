"""vocadito: 40 excerpts of solo singing by 29 people, with notes.

Bittner, Pasalo, Bosch, Meseguer-Brocal and Rubinstein, "vocadito: A dataset of
solo vocals with f0, note, and lyric annotations", arXiv 2110.05580, 2021.
https://zenodo.org/record/5578807, licence CC BY 4.0. The layout is that of
mirdata's loader, its index and its test resources, which hold the whole table
of tracks. Two musicians annotated the notes.
"""

from speechbrain_singer.checks import check_choice
from speechbrain_singer.corpora.mirdata_corpora import list_tracks, notes_of

SOURCE = "vocadito.zip of https://zenodo.org/record/5578807"
ANNOTATORS = ("A1", "A2")


def list_recordings(data_folder, annotator="A1"):
    """Lists the excerpts of vocadito.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    annotator : str
        Whose notes: `A1` or `A2`.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song` (unknown: ""), `language` and `notes`;
        or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    ImportError
        If mirdata is not installed.
    FileNotFoundError
        If mirdata's index or the table of tracks is missing, or nothing in the
        folder is of vocadito.
    ValueError
        If there is no such annotator.
    """
    check_choice("annotator", annotator, ANNOTATORS)
    field = f"notes_{annotator.lower()}"

    def rows_of(dataset):
        for track in dataset.load_tracks().values():
            yield {
                "path": track.audio_path,
                "singer": track.singer_id or "",
                "song": "",
                "language": track.language or "",
                "notes": notes_of(lambda t=track: getattr(t, field)),
            }

    found, skipped = list_tracks("vocadito", data_folder, rows_of, SOURCE)
    return found + skipped
