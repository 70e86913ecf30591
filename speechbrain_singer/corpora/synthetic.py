"""The embedded corpus: singers, songs and recordings that nobody recorded.

It is a stand-in: every first run and every test has it at once. Figures on it
are no claims about real singing.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.files import atomic_open, atomic_path, sweep
from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

logger = get_logger(__name__)

REPERTOIRE = 40  # songs, from which each singer takes some
PARAMETERS_FILE = "synthetic.json"
_VERSION = 1  # goes up when the same parameters would sound different


def list_recordings(
    data_folder, singers=100, songs_per_singer=6, seconds=8.0, seed=1234
):
    """Lists the corpus; what is missing of it is synthesised first.

    The files are `<singer>/<singer>_<song>.wav`: mono, 44.1 kHz, 16 bit. A
    song is sung by several singers, each in a recording of its own.

    Arguments
    ---------
    data_folder : str or Path
        A new folder, or one that this function made with the same parameters.
    singers : int
        Women and men by turns.
    songs_per_singer : int
        At most `REPERTOIRE`.
    seconds : float
        Length of each recording, at least 1.
    seed : int
        Another seed makes other singers, songs and recordings.

    Returns
    -------
    recordings : list of dict
        Each with "path", "singer", "song", "sex" and "register", all strings.

    Raises
    ------
    ValueError
        If a parameter is out of range, or the folder holds something else.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "corpus"
    >>> recordings = list_recordings(
    ...     folder, singers=2, songs_per_singer=1, seconds=1.0
    ... )
    >>> [(row["singer"], row["sex"]) for row in recordings]
    [('singer0000', 'female'), ('singer0001', 'male')]
    >>> soundfile.info(recordings[0]["path"]).frames
    44100
    """
    parameters = {
        "version": _VERSION,
        "singers": singers,
        "songs_per_singer": songs_per_singer,
        "seconds": float(seconds),
        "seed": seed,
    }
    _validate(parameters)
    folder = Path(data_folder).absolute()
    _claim(folder, parameters)
    sweep(folder)
    takes = _draw_takes(folder, parameters)
    missing = {path: take for path, take in takes.items() if not path.exists()}
    if missing:
        _synthesise_files(missing, seconds, folder)
    return [
        {
            "path": str(path),
            "singer": take.singer.name,
            "song": take.song.name,
            "sex": take.singer.sex,
            "register": take.singer.register,
        }
        for path, take in takes.items()
    ]


def _validate(parameters):
    limits = {
        "singers": (1, 10000),
        "songs_per_singer": (1, REPERTOIRE),
        "seconds": (1, 600),
        "seed": (0, 2**63 - 1),
    }
    for name, (low, high) in limits.items():
        value = parameters[name]
        if not low <= value <= high:
            raise ValueError(
                f"synthetic corpus: {name} is {value}; it must lie between "
                f"{low} and {high}"
            )


def _claim(folder, parameters):
    """Marks the folder as ours, or raises if it holds something else."""
    note = folder / PARAMETERS_FILE
    # Listed before the note is looked for: another run that makes the same
    # corpus right now writes the note first, hidden until it is whole
    found = any(folder.glob("[!.]*"))
    if note.exists():
        made_with = _read_parameters(note)
        differences = [
            f"{name}={made_with.get(name)} there, {value} asked for"
            for name, value in parameters.items()
            if made_with.get(name) != value
        ]
        if differences:
            raise ValueError(
                f"{folder}: holds a synthetic corpus of other parameters "
                f"({'; '.join(differences)}); delete the folder or name "
                "another data_folder"
            )
        return
    if found:
        raise ValueError(
            f"{folder}: holds files and no {PARAMETERS_FILE}; the synthetic "
            "corpus wants a new or empty data_folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_open(note) as file:
        json.dump(parameters, file, indent=2)
        file.write("\n")


def _read_parameters(note):
    try:
        return dict(json.loads(note.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{note}: cannot be read ({error}); delete the folder and the "
            "corpus is made anew"
        ) from error


def _draw_takes(folder, parameters):
    """Path -> Take of every recording, singer by singer."""
    seed, seconds = parameters["seed"], parameters["seconds"]
    # The fastest performance is a tenth faster than the song is written
    songs = [draw_song(seed, k, 1.2 * seconds) for k in range(REPERTOIRE)]
    takes = {}
    for index in range(parameters["singers"]):
        singer = draw_singer(seed, index)
        rng = np.random.default_rng([seed, 3, index])
        chosen = rng.permutation(REPERTOIRE)[: parameters["songs_per_singer"]]
        for k in sorted(chosen.tolist()):
            path = folder / singer.name / f"{singer.name}_{songs[k].name}.wav"
            takes[path] = Take(singer, songs[k], draw_recording(seed, index, k))
    return takes


def _synthesise_files(takes, seconds, folder):
    """Writes one file a take, on all cores."""
    logger.info(
        "Synthesising %d recordings of %g s in %s", len(takes), seconds, folder
    )
    for parent in {path.parent for path in takes}:
        parent.mkdir(exist_ok=True)

    def synthesise_file(item):
        path, take = item
        (waveform,) = synthesise([take], seconds)
        with atomic_path(path) as part:
            soundfile.write(part, waveform.numpy(), SAMPLE_RATE, format="WAV")

    # One file a core: faster than several cores a file
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(
        threads, initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        done = pool.map(synthesise_file, takes.items())
        for _ in tqdm(done, "synthesis", total=len(takes), unit="file"):
            pass
    torch.set_num_threads(threads)
