"""iKala: 252 clips of karaoke, the voice and the music in a channel each.

Chan et al., "Vocal activity informed singing voice separation with the iKala
dataset", ICASSP 2015. It is not distributed any more. The layout is that of
mirdata's loader and index: music in the left channel, voice in the right one.
`id_mapping.txt`, which says who sings, is not in the archive: mirdata fetches
it from the authors' site, and without it the singers are unknown.
"""

from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.converted import split_karaoke
from speechbrain_singer.corpora.mirdata_corpora import list_tracks

logger = get_logger(__name__)

SOURCE = "iKala, with its folders Lyrics, PitchLabel and Wavfile,"
SINGERS = "id_mapping.txt"


def list_recordings(data_folder):
    """Lists the clips of iKala.

    Both channels are written as FLAC into the hidden folder `.converted` of
    the corpus, once.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.

    Returns
    -------
    recordings : list of dict
        With `path` (the voice), `accompaniment`, `mixture` (the authors' file,
        half as loud as the sum of the two where it is read as mono), `singer`,
        `song` and `section` (`verse` or `chorus`); or, of what cannot be used,
        `path` and `reason`.

    Raises
    ------
    ImportError
        If mirdata is not installed.
    FileNotFoundError
        If mirdata's index is missing, or nothing in the folder is of iKala.
    """
    found, skipped = list_tracks("ikala", data_folder, _rows_of, SOURCE)
    recordings, failed = split_karaoke(found, data_folder)
    return recordings + failed + skipped


def _rows_of(dataset):
    known = Path(dataset.data_home, SINGERS).is_file()
    if not known:
        logger.warning(
            "%s: %s is missing: nobody's name is known",
            *(dataset.data_home, SINGERS),
        )
    for track in dataset.load_tracks().values():
        yield {
            "path": track.audio_path,
            "singer": (track.singer_id or "") if known else "",
            "song": track.song_id,
            "section": track.section,
        }
