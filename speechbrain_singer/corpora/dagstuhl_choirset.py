"""Dagstuhl ChoirSet: a choir, each singer with microphones of their own.

Rosenzweig et al., "Dagstuhl ChoirSet: A Multitrack Dataset for MIR Research on
Choral Singing", TISMIR 3(1), 2020. https://zenodo.org/record/4618287, licence
CC BY 4.0. The layout is that of mirdata's loader and index of version 1.2.3.
Two pieces and exercises, sung by a choir, by two quartets of other singers
each, and by the basses.

Not verified: that a label, such as S1, is the same person in all of them. The
index agrees with it: quartet A is S2, A1, T1 and B1, quartet B S1, A2, T2 and
B2. Notes are left out: those of the corpus are the score's, of a whole section
and of a fifth of the recordings.
"""

import os
import re

from speechbrain_singer.checks import check_choice
from speechbrain_singer.corpora.mirdata_corpora import list_tracks

SOURCE = "DagstuhlChoirSet_V1.2.3.zip of https://zenodo.org/record/4618287"
PIECES = {"LI": "Locus Iste", "TP": "Tebe Poem"}
EXERCISES = "SE"
SECTIONS = {"S": "soprano", "A": "alto", "T": "tenor", "B": "bass"}
MICROPHONES = ("DYN", "HSM", "LRX")  # dynamic, headset, larynx


def list_recordings(data_folder, microphones=MICROPHONES):
    """Lists the singers' own tracks of Dagstuhl ChoirSet.

    A file is named after the piece, the ensemble, the take, the singer and the
    microphone, as in `DCS_LI_QuartetB_Take04_A2_DYN.wav`.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    microphones : sequence of str
        Some of `DYN` (dynamic, in the hand), `HSM` (headset) and `LRX` (on the
        larynx). What one singer sings at a time may be there three times.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song` (the piece, or the kind of exercise),
        `section`, `ensemble`, `take`, `microphone` and, if it is there,
        `mixture` (all of them, in the room); or, of what cannot be used,
        `path` and `reason`.

    Raises
    ------
    ImportError
        If mirdata is not installed.
    FileNotFoundError
        If mirdata's index is missing, nothing in the folder is of Dagstuhl
        ChoirSet, or nothing by these microphones.
    ValueError
        If there is no such microphone.
    """
    for microphone in microphones:
        check_choice("microphones", microphone, MICROPHONES)
    found, skipped = list_tracks(
        "dagstuhl_choirset", data_folder, _rows_of, SOURCE
    )
    wanted = [row for row in found if row["microphone"] in microphones]
    if not wanted:
        raise FileNotFoundError(
            f"{data_folder}: nothing by the microphones {list(microphones)}"
        )
    return wanted + skipped


def _rows_of(dataset):
    for name in dataset.mtrack_ids:
        together = dataset.multitrack(name)
        room = together.audio_stm_path
        mixed = {"mixture": room} if os.path.isfile(room or "") else {}
        for track in together.tracks.values():
            labels = _parse(track.track_id)
            for microphone in MICROPHONES:
                path = getattr(track, f"audio_{microphone.lower()}_path")
                if path:
                    yield {
                        "path": path,
                        **labels,
                        "microphone": microphone,
                        **mixed,
                    }


def _parse(name):
    """The labels in the name of a track, `DCS_LI_QuartetB_Take04_A2`."""
    _, piece, ensemble, take, singer = name.split("_")
    exercise = re.sub("[0-9]+$", "", take)
    return {
        "singer": singer,
        "song": exercise if piece == EXERCISES else PIECES.get(piece, piece),
        "section": SECTIONS[singer[0]],
        "ensemble": ensemble,
        "take": take,
    }
