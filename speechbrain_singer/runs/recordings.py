"""Of which recordings the results in a folder are."""

import hashlib
import json
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open, read_json


def check_recordings(note, rows, has_results):
    """Refuses results of other recordings; without results notes these.

    Arguments
    ---------
    note : str or Path
        The JSON file that says of which recordings they are.
    rows : list of dict
        Of a manifest. Where its files lie does not matter.
    has_results : bool
        Whether there are any yet.

    Raises
    ------
    ValueError
        If the note names others, or is damaged.

    Example
    -------
    >>> note = getfixture("tmp_path") / "measured_on.json"
    >>> rows = [{"ID": "a.wav", "duration": 1.0}]
    >>> check_recordings(note, rows, has_results=False)
    >>> check_recordings(note, rows * 2, has_results=True)
    Traceback (most recent call last):
    ValueError: ...holds results of other recordings...
    """
    note = Path(note)
    facts = json.dumps([(row["ID"], row["duration"]) for row in rows])
    digest = hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()
    remedy = (
        "if the results beside it are of these recordings, delete this file to "
        "go on; else name another output_folder"
    )
    if has_results and note.exists():
        noted = read_json(note, remedy).get("digest")
        if not isinstance(noted, str):
            raise ValueError(f"{note}: damaged: {remedy}")
        if noted != digest:
            raise ValueError(
                f"{note.parent} holds results of other recordings: name "
                "another output_folder, or give the corpus and split of that "
                "run"
            )
    with atomic_open(note) as file:
        json.dump({"recordings": len(rows), "digest": digest}, file)


def check_measured(folder, rows):
    """Refuses a folder whose figures are of other recordings.

    Arguments
    ---------
    folder : str or Path
        The output folder of a measurement.
    rows : list of dict
        What is to be measured.

    Raises
    ------
    ValueError
        As `check_recordings`.
    """
    has_results = Path(folder, "metrics.json").exists()
    check_recordings(Path(folder, "measured_on.json"), rows, has_results)
