"""The page of a listening test: one file that needs nothing beside it."""

import base64
import html
from string import Template

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.markup import (
    policy_hash,
    read_part,
    script_data,
)

_SCRIPTS = ("progress.js", "clips.js", "pages.js", "answers.js")


def write_listening_page(path, test, questions, texts):
    """Writes the page that listeners answer on.

    It asks the network for nothing, and its browser would not let it. Nothing
    on it says what a clip is of, nor who recommended it.

    Arguments
    ---------
    path : str or Path
        Of the HTML file.
    test : str
        The test's name.
    questions : dict of str to sequence of bytes
        By the name of each question its clips as MP3: the query, left, right.
        A clip that several questions have stands on the page once.
    texts : dict of str to str
        `title`, `instructions` and `ending`, of one paragraph or several with
        an empty line between them, and `question`.

    Example
    -------
    >>> path = getfixture("tmp_path") / "test.html"
    >>> texts = {"title": "A < B", "instructions": "Listen.", "ending": "Bye."}
    >>> texts["question"] = "Which one is more like the query?"
    >>> write_listening_page(path, "t1", {"q1": [b"1", b"2", b"3"]}, texts)
    >>> "<title>A &lt; B</title>" in path.read_text()
    True
    """
    script = "".join(read_part("listening", name) for name in _SCRIPTS)
    style = read_part("listening", "page.css")
    page = Template(read_part("listening", "page.html")).substitute(
        title=html.escape(texts["title"]),
        instructions=_paragraphs(texts["instructions"]),
        question=html.escape(texts["question"]),
        ending=_paragraphs(texts["ending"]),
        data=_data(test, questions),
        script=script,
        script_hash=policy_hash(script),
        style=style,
        style_hash=policy_hash(style),
    )
    with atomic_open(path) as file:
        file.write(page)


def _paragraphs(text):
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n".join(f"<p>{html.escape(part)}</p>" for part in parts if part)


def _data(test, questions):
    # In the order of their content: which of them are recommended, or by
    # whom, is not to be told from where they stand
    clips = sorted({clip for own in questions.values() for clip in own})
    number = {clip: place for place, clip in enumerate(clips)}
    data = {
        "test": test,
        "questions": [
            {"id": name, "clips": [number[clip] for clip in own]}
            for name, own in questions.items()
        ],
        "clips": [base64.b64encode(clip).decode() for clip in clips],
    }
    return script_data(data)
