"""The embedded corpus: singers, songs and recordings that nobody recorded.

It is a stand-in: every first run and every test has it at once. Figures on it
are no claims about real singing.
"""

import json
from dataclasses import asdict
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open, sweep
from speechbrain_singer.synthesis import TECHNIQUES
from speechbrain_singer.synthesis.files import Files, synthesise_files
from speechbrain_singer.synthesis.sessions import (
    REPERTOIRE,
    Plan,
    draw_sessions,
)

PARAMETERS_FILE = "synthetic.json"
_VERSION = 1  # goes up when the same parameters would sound different
# Of corpora that were made before there was a choice
_BEFORE = {
    "techniques": [],
    "albums_per_singer": 0,
    "mixtures": False,
    "repertoire": 40,
}


def list_recordings(
    data_folder,
    singers=100,
    songs_per_singer=6,
    seconds=8.0,
    seed=1234,
    techniques=None,
    albums_per_singer=0,
    mixtures=False,
    repertoire=REPERTOIRE,
):
    """Lists the corpus; what is missing of it is synthesised first.

    The files are `<singer>/<singer>_<song>.wav`: mono, 44.1 kHz, 16 bit. A
    song is sung by several singers, each in a recording of its own. Mixtures
    are in `<singer>_<song>.mixture.wav`, and lie with the accompaniment,
    `<singer>_<song>.accompaniment.wav`, beside the vocals; those two add up to
    the mixture sample by sample.

    Arguments
    ---------
    data_folder : str or Path
        A new folder, or one that this function made with the same parameters.
    singers : int
        Women and men by turns.
    songs_per_singer : int
        At most `repertoire`; as many, and all singers sing the same songs.
    seconds : float
        Length of each recording, at least 1.
    seed : int
        Another seed makes other singers, songs and recordings.
    techniques : list of str, optional
        Names in `synthesis.TECHNIQUES`: each singer sings his or her songs in
        them by turns. Without any, all sing in their own ways.
    albums_per_singer : int
        How many albums a singer's recordings are on. Those of one album share
        room, microphone, equaliser and noise. 0 gives each recording its own.
    mixtures : bool
        Whether a band plays along, in the key and at the pace of the singer.
    repertoire : int
        How many songs there are.

    Returns
    -------
    recordings : list of dict
        Each with "path", "singer", "song", "sex" and "register", strings, and
        "notes", a list of (onset in seconds, offset in seconds, MIDI pitch) as
        sung; and of what is asked for "technique", "album", "mixture" and
        "accompaniment", strings.

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
    >>> recordings[0]["notes"][-1][1]  # the last one is cut
    1.0
    """
    plan = Plan(
        singers,
        songs_per_singer,
        float(seconds),
        seed,
        techniques=_names(techniques),
        albums_per_singer=albums_per_singer,
        mixtures=mixtures,
        repertoire=repertoire,
    )
    _validate(plan)
    folder = Path(data_folder).absolute()
    _claim(folder, plan)
    sweep(folder)
    sessions = {
        Files.of(folder, session): session for session in draw_sessions(plan)
    }
    missing = {f: s for f, s in sessions.items() if not f.are_there}
    if missing:
        synthesise_files(missing, plan.seconds, folder)
    return [_row(f, s, plan.seconds) for f, s in sessions.items()]


def _names(techniques):
    if techniques is None:
        return ()
    if not isinstance(techniques, list | tuple):
        raise ValueError(
            f"synthetic corpus: techniques is {techniques!r}; it must be a "
            f"list of names, such as [{', '.join(TECHNIQUES)}]"
        )
    return tuple(techniques)


def _validate(plan):
    limits = {
        "singers": (1, 10000),
        "repertoire": (1, 1000),
        "songs_per_singer": (1, plan.repertoire),
        "seconds": (1, 600),
        "seed": (0, 2**63 - 1),
        "albums_per_singer": (0, plan.songs_per_singer),
    }
    for name, (low, high) in limits.items():
        value = getattr(plan, name)
        if not low <= value <= high:
            raise ValueError(
                f"synthetic corpus: {name} is {value}; it must lie between "
                f"{low} and {high}"
            )
    if not isinstance(plan.mixtures, bool):
        raise ValueError(
            f"synthetic corpus: mixtures is {plan.mixtures!r}; it must be true "
            "or false"
        )
    for technique in plan.techniques:
        if technique not in TECHNIQUES:
            raise ValueError(
                f"synthetic corpus: no technique {technique!r}; there are "
                f"{', '.join(TECHNIQUES)}"
            )


def _claim(folder, plan):
    """Marks the folder as ours, or raises if it holds something else."""
    note = folder / PARAMETERS_FILE
    # As JSON has them, whose tuples are lists
    parameters = json.loads(json.dumps({"version": _VERSION} | asdict(plan)))
    # Listed before the note is looked for: another run that makes the same
    # corpus right now writes the note first, hidden until it is whole
    found = any(folder.glob("[!.]*"))
    if note.exists():
        made_with = _BEFORE | _read_parameters(note)
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


def _row(files, session, seconds):
    """What is known of a recording, without what nobody asked for."""
    take = session.take
    row = {
        "path": str(files.vocals),
        "singer": take.singer.name,
        "song": take.song.name,
        "sex": take.singer.sex,
        "register": take.singer.register,
        "notes": take.time(seconds).notes,
    }
    further = {
        "technique": take.technique,
        "album": session.album,
        "mixture": files.mixture,
        "accompaniment": files.accompaniment,
    }
    return row | {name: str(value) for name, value in further.items() if value}
