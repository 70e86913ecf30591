"""What a listening test leaves: a page to hand out, and its key."""

from functools import cache

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.listening_key import key_of
from speechbrain_singer.reports.listening_page import write_listening_page

logger = get_logger(__name__)

PAGE, KEY = "listening_test.html", "key.csv"


def cut_once(clips, rows, voices):
    """What cuts the clip of a row, once though several questions have it.

    Arguments
    ---------
    clips : ListeningClips
    rows : list of dict
        What is heard, of a manifest.
    voices : list of dict
        The same recordings, or more, as `ListeningClips.cut` looks at them.

    Returns
    -------
    cut : callable
        Row number to the bytes of an MP3 file.
    """
    voice = {row["ID"]: row for row in voices}

    @cache
    def cut(number):
        row = rows[number]
        return clips.cut(row, voice[row["ID"]])

    return cut


def take_questions(questions, cut, count):
    """So many questions, with their clips.

    A question with a clip that cannot be cut is left out, and a warning names
    the file.

    Arguments
    ---------
    questions : Questions
    cut : callable
        Row number to the clip.
    count : int

    Returns
    -------
    taken : list of (Question, list of bytes)
        Fewer, with a warning, if there are not so many.

    Raises
    ------
    ValueError
        If there is none.
    """
    taken = []
    for question in questions:
        try:
            taken.append((question, [cut(row) for row in question.rows]))
        except AudioError as error:
            logger.warning("%s: a question with it is left out", error)
        if len(taken) == count:
            return taken
    reason = (
        f"of {questions.tried} queries for which both encoders recommend "
        f"something, they recommend the same for {questions.alike}"
    )
    if not taken:
        raise ValueError(
            f"there is no question to ask: {reason}; compare encoders that "
            "differ, or give more recordings, of several songs each"
        )
    logger.warning("%d questions instead of %d: %s", len(taken), count, reason)
    return taken


def write_listening_test(results, taken, questions, texts):
    """Writes the page, its key and `metrics.json`.

    Arguments
    ---------
    results : Results
    taken : list of (Question, list of bytes)
        As `take_questions` returns them.
    questions : Questions
        Which they were taken from.
    texts : dict of str to str
        As `write_listening_page` takes them.

    Raises
    ------
    ValueError
        If there is the key of another test in the folder.
    """
    page, key_file = results.folder / PAGE, results.folder / KEY
    key = key_of([question for question, _ in taken], questions.rows)
    key.check_replaceable(key_file)
    key.write(key_file)
    clips = [own for _, own in taken]
    named = dict(zip(key.questions, clips, strict=True))
    write_listening_page(page, key.test, named, texts)
    figures = {
        "test": key.test,
        "questions": len(taken),
        "queries": questions.tried,
        "alike": questions.alike,
        "megabytes": round(page.stat().st_size / 1e6, 2),
    }
    results.save(figures)
    logger.info(
        "%s has %d questions, %.1f MB. For %d of %d queries that were tried "
        "both encoders recommend the same: those are not asked. %s stays here",
        *(page, len(taken), figures["megabytes"]),
        *(questions.alike, questions.tried, key_file),
    )
