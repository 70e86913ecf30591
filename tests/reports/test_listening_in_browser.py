"""The page of a listening test in a browser, where Chromium is installed."""

import json
import re

import numpy as np
import pytest
from browsers import needs_browser, open_browser

from speechbrain_singer.dataio.mp3_writer import mp3_bytes
from speechbrain_singer.evaluation.listening_answers import read_answers
from speechbrain_singer.evaluation.listening_key import key_of
from speechbrain_singer.evaluation.listening_test import Question
from speechbrain_singer.reports.listening_page import write_listening_page

pytestmark = needs_browser
TEXTS = {"title": "T", "instructions": "I", "question": "Q?", "ending": "E"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with open_browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def key(tmp_path):
    rows = [{"ID": str(n), "singer": ""} for n in range(4)]
    sides = Question(0, 1, 2, "x", "y"), Question(3, 1, 0, "y", "x")
    key = key_of(sides, rows)
    tones = [np.sin(np.arange(22050) * (n + 1) / 20) / 9 for n in range(3)]
    clips = [mp3_bytes(tone, 44100, kbps=64) for tone in tones]
    named = dict.fromkeys(key.questions, clips)
    write_listening_page(tmp_path / "test.html", key.test, named, TEXTS)
    return key


def test_a_listener_from_begin_to_end(browser, key, tmp_path):
    browser.open(tmp_path / "test.html")
    assert browser.run("return byId('download').disabled")
    clips = "questions.get(state.order[0])"
    query, left, right = browser.run(f"return {clips}")
    for turned, order in (("false", [left, right]), ("true", [right, left])):
        shown = f"state.turned = {turned}; return clipsOf(state.order[0])"
        assert browser.run(shown) == [query, *order]
    browser.run("byId('participant').value = '=P,1'; byId('begin').click()")
    assert browser.run("return byId('where').textContent") == "Question 1 of 2"
    assert browser.run(f"return players[1].audio.src === urlOf({clips}[2])")
    # Nothing plays by itself; the keys do, and one clip at a time
    playing = "players.map(({audio}) => !audio.paused && !audio.ended)"
    assert browser.run(f"return {playing}") == [False, False, False]
    browser.press("1")
    browser.wait("return players[0].audio.currentTime > 0")
    browser.press("2")
    browser.wait("return players[1].audio.currentTime > 0")
    assert browser.run(f"return {playing}")[0] is False
    # Not before all three were played, and not without an answer
    next_one = "byId('next').click(); return byId('hint').textContent"
    assert "play the right clip" in browser.run(next_one)
    browser.run("players[2].button.click()")
    assert "choose an answer" in browser.run(next_one)
    choose = "document.querySelector('[value={}]').click();"
    browser.run(choose.format("left") + next_one)
    assert browser.run("return byId('where').textContent") == "Question 2 of 2"
    # It is kept
    browser.ask("POST", "/refresh", {})
    assert browser.run("return byId('participant').value") == "P1"
    browser.run("byId('begin').click()")
    assert browser.run("return byId('where').textContent") == "Question 2 of 2"
    # Back, another answer, and on to the end
    right = choose.format("right") + next_one
    browser.run("byId('back').click();" + right)
    browser.run("players.forEach(({button}) => button.click());" + right)
    assert browser.run("return !byId('end').hidden")
    table = browser.run("return csv()")
    (tmp_path / "answers.csv").write_text(table)
    answers, refused = read_answers([tmp_path / "answers.csv"], key)
    assert not refused and list(answers) == ["P1"]
    found = {own.question: (own.choice, own.model) for own in answers["P1"]}
    first, second = key.questions
    # Turned: of whom stood left
    assert found == {first: ("right", "x"), second: ("right", "y")}
    assert browser.run("return byId('download').className") == "main"
    assert {own.plays for own in answers["P1"]} == {3}


def test_without_storage_and_with_a_broken_clip(browser, key, tmp_path):
    page = tmp_path / "test.html"
    text = page.read_text()
    data = json.loads(re.search('id="data">(.*?)</script>', text)[1])
    data["test"] = "other"
    data["clips"][data["questions"][0]["clips"][0]] = "AAAA"
    head, rest = text.split('id="data">')
    rest = rest[rest.index("</script>") :]
    page.write_text(f'{head}id="data">{json.dumps(data)}{rest}')
    browser.open(page)
    browser.run(
        "Storage.prototype.setItem = () => { throw new Error('no') };"
        "byId('begin').click()"
    )
    assert browser.run("return byId('unkept').hidden") is False
    heard = "return document.querySelector('.heard').textContent"
    browser.wait(heard + " === 'This browser cannot play it'")
    # Who cannot hear it is not kept from going on
    hint = browser.run("byId('next').click(); return byId('hint').textContent")
    assert "left clip" in hint
