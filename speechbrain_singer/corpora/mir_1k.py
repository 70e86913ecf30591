"""MIR-1K: Chinese karaoke by 19 amateurs, the voice beside its accompaniment.

Hsu and Jang, "On the Improvement of Singing Voice Separation for Monaural
Recordings Using the MIR-1K Dataset", IEEE Transactions on Audio, Speech, and
Language Processing 18(2), 2010: 1000 clips of 110 songs, 133 minutes, 16 kHz,
http://mirlab.org/dataset/public. The layout is that of public loaders (nussl,
REPET's, SVD tools), the singers' names are those of a public list of clips. 8
are women and 11 are men, but who is what is not known.
"""

import re

from speechbrain_singer.corpora.converted import split_karaoke
from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named

SINGERS = (
    "abjones amy Ani annar ariel bobon bug davidson fdps geniusturtle heycat "
    "jmzen Kenshin khair leon stool tammy titon yifen"
).split()
CLIPS, SONGS = "wavfile", "undividedwavfile"  # folders
COUNTS = {CLIPS: 1000, SONGS: 110}
NAMES = {
    CLIPS: r"([A-Za-z]+)_(\d+)_(\d+)",
    SONGS: r"([A-Za-z]+)_(\d+)()",
}
KINDS = {CLIPS: "that are clips of songs", SONGS: "that are whole songs"}
REMEDY = (
    "unpack MIR-1K.zip of http://mirlab.org/dataset/public there, so that it "
    "holds Wavfile/abjones_1_01.wav"
)


def list_recordings(data_folder, undivided=False):
    """Lists the clips of MIR-1K, or its songs.

    They are stereo files, with the accompaniment on the left and the voice on
    the right. Both are written into the folder `.converted`, once.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked; it is written to.
    undivided : bool
        Whether the whole songs in `UndividedWavfile` are listed, rather than
        the clips of them in `Wavfile`.

    Returns
    -------
    recordings : list of dict
        With `path` (the voice), `accompaniment`, `mixture` (the stereo file,
        whose channels are averaged when it is read), `singer`, `song` (such as
        amy_15) and `clip` (its number, "" of a whole song); or, of what cannot
        be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of MIR-1K.
    OSError
        If the folder cannot be written to, or the disk is full.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> folder = getfixture("tmp_path") / "Wavfile"
    >>> folder.mkdir()
    >>> stereo = np.stack([np.zeros(100), np.full(100, 0.5)], axis=1)
    >>> soundfile.write(folder / "amy_15_03.wav", stereo, 16000)
    >>> recording, = list_recordings(folder.parent)
    >>> recording["singer"], recording["song"], recording["clip"]
    ('amy', 'amy_15', '03')
    >>> float(soundfile.read(recording["path"])[0].mean())
    0.5
    """
    wanted = SONGS if undivided else CLIPS

    def labels_of(path):
        folder = path.parent.name.lower()
        match = re.fullmatch(NAMES.get(folder, "(?!)"), path.stem)
        if not match:
            return None
        singer, number, clip = match.groups()
        labels = {"singer": singer, "song": f"{singer}_{number}", "clip": clip}
        return labels if folder == wanted else KINDS[folder]

    found, skipped = find_named(data_folder, labels_of, "MIR-1K", REMEDY)
    report_missing(data_folder, found, SINGERS, COUNTS[wanted])
    recordings, failed = split_karaoke(found, data_folder)
    return recordings + failed + skipped
