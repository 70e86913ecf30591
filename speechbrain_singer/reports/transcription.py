"""Tables, files and one page of what a transcriber found in songs."""

from functools import partial
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.notes import write_midi, write_notes
from speechbrain_singer.metrics.notes import RULES
from speechbrain_singer.reports.curves import plot_curves, read_history
from speechbrain_singer.reports.layer_weights import plot_layer_weights
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.piano_roll import plot_piano_roll
from speechbrain_singer.reports.tables import write_csv, write_tables

logger = get_logger(__name__)

_KINDS = {"precision": "P", "recall": "R", "f1": "F1"}
_DEFINITIONS = (
    "In percent, means over songs. COn: onsets within 50 ms; COnP: pitches "
    "within 50 cents too; COnPOff: offsets within 50 ms or 20 % of the note's "
    "length too (Molina et al., ISMIR 2014)."
)


def write_transcription(results, figures, test, reference, histories):
    """Writes the results of a run into its folder.

    `metrics.json`, `table.md` (and .csv, .tex), `songs.csv`, the notes of each
    test song as `notes/<ID>.csv` and `.mid`, pictures, and `report.html`.

    Arguments
    ---------
    results : Results
    figures : dict
        With `stages`: by name, each with `valid`, `test` and perhaps
        `layer_weights`; and the name of the one that is `exported`.
    test : Transcription
        Of the test songs, by the exported stage.
    reference : dict of str to np.ndarray
        By ID, their notes.
    histories : dict of str to Path
        By stage, its `history.jsonl`.
    """
    results.save(figures)
    table = stages_table(figures["stages"])
    write_tables(results.folder, table, [_DEFINITIONS])
    _write_songs(results.folder, test, reference)
    write_note_files(results.folder / "notes", test.notes.items())
    songs = _songs_to_show(test.songs)
    pictures = {
        **_curves(histories),
        **_layers(figures["stages"]),
        **_rolls(songs, test, reference),
    }
    text = (
        f"{_DEFINITIONS} Exported, and drawn below: the stage "
        f"{figures['exported']}, whose validation loss is the lowest."
    )
    section = Section("Notes of whole songs", text, table)
    results.write([section], pictures)


def stages_table(stages):
    """A line for each stage and part, as a table of texts.

    Example
    -------
    >>> rules = ("COn", "COnP", "COnPOff")
    >>> kinds = ("precision", "recall", "f1")
    >>> figures = {f"{r}_{kind}": 0.5 for r in rules for kind in kinds}
    >>> table = stages_table({"frozen": {"test": figures}})
    >>> table[0][:3], table[1][:3]
    (['stage', 'songs of', 'COn P'], ['frozen', 'test', '50.0'])
    """
    names = [(rule, kind) for rule in RULES for kind in _KINDS]
    heads = [f"{rule} {_KINDS[kind]}" for rule, kind in names]
    table = [["stage", "songs of", *heads]]
    for stage, outcome in stages.items():
        for part in ("valid", "test"):
            if part in outcome:
                own = outcome[part]
                cells = [f"{100 * own[f'{r}_{k}']:.1f}" for r, k in names]
                table.append([stage, part, *cells])
    return table


def write_note_files(folder, notes):
    """Writes notes as CSV files, and as MIDI files where mido is installed.

    Arguments
    ---------
    folder : str or Path
    notes : iterable of (str, array_like)
        Names, which may have folders, and [notes, 3]; each is written as it
        comes.

    Returns
    -------
    count : int
        Of the names.
    """
    count, has_mido = 0, True
    for name, own in notes:
        # Of what lies beside a corpus's folder they lie here too
        path = str(Path(folder, name.replace("../", "(..)/")))
        write_notes(f"{path}.csv", own)
        try:
            if has_mido:
                write_midi(f"{path}.mid", own)
        except ImportError as error:
            logger.warning("%s", error)
            has_mido = False
        count += 1
    return count


def _write_songs(folder, test, reference):
    heads = ["ID", "notes", "estimated", *(f"{rule}_f1" for rule in RULES)]
    lines = [
        [
            *(name, len(reference[name]), len(test.notes[name])),
            *(f"{figures[f'{rule}_f1']:.4f}" for rule in RULES),
        ]
        for name, figures in test.songs.items()
    ]
    write_csv(folder / "songs.csv", [heads, *lines])


def _songs_to_show(songs):
    """By caption, the best, the middle and the worst song."""
    order = sorted(songs, key=lambda name: -songs[name]["COnPOff_f1"])
    places = {"best": 0, "median": len(order) // 2, "worst": -1}
    return {caption: order[place] for caption, place in places.items()}


def _curves(histories):
    return {
        f"Training, stage {stage}": (
            f"curves_{stage}.png",
            partial(_draw_curves, path),
        )
        for stage, path in histories.items()
    }


def _draw_curves(history, path):
    plot_curves(read_history(history), path)


def _layers(stages):
    weights = {
        stage: outcome["layer_weights"]
        for stage, outcome in stages.items()
        if outcome.get("layer_weights")
    }
    if not weights:
        return {}
    draw = partial(plot_layer_weights, weights)
    caption = "What each layer of the front end counts for"
    return {caption: ("layer_weights.png", draw)}


def _rolls(songs, test, reference):
    pictures = {}
    for place, name in songs.items():
        f1 = 100 * test.songs[name]["COnPOff_f1"]
        pictures[f"The {place} test song by COnPOff ({f1:.0f} %): {name}"] = (
            f"piano_roll_{place}.png",
            partial(
                plot_piano_roll, test.notes[name], reference[name], title=name
            ),
        )
    return pictures
