"""DAMP-balanced: 24,874 performances of 14 songs by 5,429 singers.

Smule's Digital Archive of Mobile Performances, made by Wang and Tzanetakis for
"Singing Style Investigation by Residual Siamese Convolutional Neural Networks",
ICASSP 2018; https://ccrma.stanford.edu/damp/, on request, for research only.
The songs and the parts were read in its README. Not verified: how its table
writes the songs; it has "the same format of metadata as DAMP".
"""

import re
from itertools import combinations

from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.corpora.damp_files import (
    draw_singers,
    find_performances,
    read_performances,
    readable,
)
from speechbrain_singer.corpora.expected import report_missing

logger = get_logger(__name__)

# In the README's order, which the parts are told by: from 1 on
SONGS = (
    "one call away",
    "say you wont let go",
    "all of me",
    "closer",
    "seven years",
    "despacito",
    "more than words",
    "lost boy",
    "love yourself",
    "rockabye",
    "part of your world",
    "when i was your man",
    "chandelier",
    "cups",
)
CHOICE = range(1, 11)  # of which six train and four validate
TRAIN_SONGS = (1, 2, 3, 4, 5, 6)
TEST_SONGS = (11, 12, 13, 14)
TRAIN_SINGERS = 46
# Songs -> singers who sang all of them: two queries of which it is published
CHECKED = {(1, 2, 3, 4): 459, (5, 6, 7, 8, 9, 10): 3}


def list_recordings(
    data_folder,
    train_songs=TRAIN_SONGS,
    train_singers=TRAIN_SINGERS,
    song_ids=None,
    seed=0,
):
    """Lists the performances of one split of the songs.

    Six of the first ten songs train, the other four validate, and the last
    four test. The singers of a part are all who sang every song of it, with
    one performance of each, the first by its key. What is in no part is left
    out with a warning. An m4a is converted once, by ffmpeg; a wav or flac of
    the same name is taken as it is.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    train_songs : list of int
        Six numbers from 1 to 10, in the order of `SONGS`.
    train_singers : int, optional
        So many are drawn if more sang all of the training songs, half of them
        women and half men where it is known. None for all of them.
    song_ids : list of str, optional
        What the table calls the 14 songs, in the order of `SONGS`, if their
        names do not begin with these titles.
    seed : int
        Of the draw.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song`, `split`, and `sex` if a table has it;
        or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If there is no table, or no file of the split; if ffmpeg is needed and
        missing.
    ValueError
        If an option is not as said, or the table lacks a song.
    """
    parts = songs_of_parts(train_songs)
    table = _read_table(data_folder, song_ids)
    chosen = {part: singers_of(table, songs) for part, songs in parts.items()}
    if train_singers is not None:
        _draw(chosen, table, train_singers, seed)
    _report_overlap(data_folder, chosen)
    splits = {
        key: part
        for part, by_singer in chosen.items()
        for keys in by_singer.values()
        for key in keys
    }
    files, skipped = find_performances(data_folder)
    rows = [
        {"path": path, **table[key], "split": splits[key]}
        for key, path in files.items()
        if key in splits
    ]
    for row in rows:
        del row["number"]
    if not rows:
        raise FileNotFoundError(
            f"{data_folder}: none of the {len(splits)} recordings of the split "
            "is there: unpack the archive of https://ccrma.stanford.edu/damp/"
        )
    if len(rows) < len(files):
        logger.warning(
            "%s: %d recordings that are in no part of the split left out",
            *(data_folder, len(files) - len(rows)),
        )
    singers = {key.split("_")[0] for key in splits}
    report_missing(data_folder, rows, singers, len(splits))
    rows, failed = readable(rows, data_folder)
    return rows + failed + skipped


def songs_of_parts(train_songs=TRAIN_SONGS):
    """Which songs are in which part.

    Arguments
    ---------
    train_songs : list of int
        Six numbers from 1 to 10.

    Returns
    -------
    parts : dict
        `train`, `valid` and `test` -> tuple of int, from 1 on.

    Example
    -------
    >>> songs_of_parts([1, 2, 3, 4, 5, 6])["valid"]
    (7, 8, 9, 10)
    """
    songs = tuple(train_songs)
    if len(songs) != 6 or len(set(songs)) != 6 or not set(songs) <= set(CHOICE):
        raise ValueError(
            f"train_songs is {train_songs!r}: must be six different numbers "
            "from 1 to 10"
        )
    valid = tuple(song for song in CHOICE if song not in songs)
    return {"train": songs, "valid": valid, "test": TEST_SONGS}


def singers_of(table, songs):
    """All who sang every one of some songs, with one performance of each.

    Arguments
    ---------
    table : dict
        Key of a performance -> `singer` and `number` (of the song, from 1 on).
    songs : sequence of int

    Returns
    -------
    singers : dict
        Singer -> the keys of the performances, in the order of the songs.

    Example
    -------
    >>> sung = {"7_1": 1, "7_2": 2, "7_3": 2, "8_4": 1}
    >>> table = {k: {"singer": k[0], "number": n} for k, n in sung.items()}
    >>> singers_of(table, (1, 2))
    {'7': ['7_1', '7_2']}
    """
    sung = {}
    for key in sorted(table):
        row = table[key]
        sung.setdefault(row["singer"], {}).setdefault(row["number"], key)
    return {
        singer: [keys[song] for song in songs]
        for singer, keys in sung.items()
        if set(songs) <= set(keys)
    }


def check_table(data_folder, song_ids=None, expected=None):
    """Counts what is known of the data set, to see whether it is read right.

    Arguments
    ---------
    data_folder : str or Path
        Where the table lies.
    song_ids
        As of `list_recordings`.
    expected : dict, optional
        Songs -> how many singers sang all of them. By default `CHECKED`: songs
        1 to 4 by 459 singers (1,836 performances), 5 to 10 by 3 (18).

    Returns
    -------
    counts : dict
        Songs -> number of singers, number of performances.

    Raises
    ------
    ValueError
        If a count is another one.
    """
    expected = CHECKED if expected is None else expected
    table = _read_table(data_folder, song_ids)
    counts = {}
    for songs, wanted in expected.items():
        singers = len(singers_of(table, songs))
        counts[songs] = (singers, singers * len(songs))
        if singers != wanted:
            raise ValueError(
                f"{data_folder}: {singers} singers sang all of the songs "
                f"{', '.join(map(str, songs))}, and {wanted} should have: is "
                "the table whole, and are the songs told apart?"
            )
    return counts


def _read_table(data_folder, song_ids):
    """Key -> labels of a performance, with the number of its song."""
    performances = read_performances(data_folder)
    if performances.table is None:
        raise FileNotFoundError(
            f"{data_folder}: no table of performances, such as perfs.csv; who "
            "is in which part is told by it"
        )
    names = {row["song"] for row in performances.labels.values()}
    numbers = {name: _number(name, song_ids) for name in sorted(names)}
    lacking = set(range(1, len(SONGS) + 1)) - set(numbers.values())
    if lacking:
        titles = ", ".join(repr(SONGS[song - 1]) for song in sorted(lacking))
        shown = ", ".join(sorted(names)[:20])
        raise ValueError(
            f"{performances.table}: no song {titles}; it has {shown}: if they "
            "are called otherwise there, name all 14 in song_ids"
        )
    return {
        key: row | {"number": numbers[row["song"]]}
        for key, row in performances.labels.items()
        if numbers[row["song"]]
    }


def _number(name, song_ids):
    """The number of a song, 0 if it is none of the 14."""
    if song_ids is not None:
        if len(song_ids) != len(SONGS):
            raise ValueError(
                f"song_ids has {len(song_ids)} names, and there are "
                f"{len(SONGS)} songs"
            )
        names = [song_id.removeprefix("_") for song_id in song_ids]
        return names.index(name) + 1 if name in names else 0
    for number, title in enumerate(SONGS, 1):
        # Behind the title may stand the film, or who sang it first
        if _letters(name).startswith(_letters(title)):
            return number
    return 0


def _letters(text):
    return re.sub("[^a-z0-9]", "", text.lower())


def _draw(chosen, table, count, seed):
    check_whole("train_singers", count, least=1)
    check_whole("seed", seed, least=0)
    train = chosen["train"]
    if len(train) > count:
        sexes = {
            singer: table[keys[0]].get("sex", "")
            for singer, keys in train.items()
        }
        drawn = draw_singers(sexes, count, seed)
        chosen["train"] = {name: train[name] for name in train if name in drawn}


def _report_overlap(data_folder, chosen):
    """Warns of singers in two parts; nobody published that there are none."""
    for one, other in combinations(chosen, 2):
        both = sorted(set(chosen[one]) & set(chosen[other]))
        if both:
            logger.warning(
                "%s: %d singers are in %s and in %s, with other songs (such as "
                "%s): figures there are not about new voices",
                *(data_folder, len(both), one, other, both[0]),
            )
