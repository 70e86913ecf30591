"""The sections that one moves, turns and plays, on the page."""

import base64
import io
from itertools import combinations

import numpy as np
import pytest
import soundfile
import torch
from browsers import needs_browser, open_browser
from html_pages import Page

from speechbrain_singer.evaluation.scored_trials import ScoredTrials
from speechbrain_singer.reports import verification
from speechbrain_singer.reports import worst_trials as module
from speechbrain_singer.reports.listening_clips import ListeningClips
from speechbrain_singer.reports.page import write_page
from speechbrain_singer.reports.results import make_each
from speechbrain_singer.reports.worst_trials import MOST, worst_trials
from speechbrain_singer.scoring import Cosine
from speechbrain_singer.trials import Trials, all_pairs

EVIL = "</script><img src=x><script>ann"
RATE, SECONDS = 44100, 2


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """Recordings of three singers, of which one has no file any more."""
    folder, rng = tmp_path_factory.mktemp("audio"), np.random.default_rng(0)
    rows = []
    for n in range(9):
        path = folder / f"{n}.wav"
        soundfile.write(path, rng.normal(0, 0.05, RATE * SECONDS), RATE)
        rows.append(
            {"ID": f"<r{n}>", "singer": [EVIL, "bob", "cy"][n % 3], "sex": "f"}
            | {"wav": path, "start": 0, "stop": RATE * SECONDS}
            | {"sample_rate": RATE, "song": str(n)}
        )
    (folder / "0.wav").unlink()
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(9, 4, generator=generator)
    trials = all_pairs(rows)
    scores = Cosine().score(embeddings, trials)
    return ScoredTrials(embeddings, rows, trials, scores)


@pytest.fixture(scope="module")
def write(scored, tmp_path_factory):
    """Writes the page of the sections: with excerpts or not -> its path."""
    figures = scored.figures(replicates=0) | {"threshold": 0.25}

    def written(excerpts):
        """Of clips of a second: MP3 takes its time."""
        made = make_each(
            verification._to_work_with(
                scored, figures, ("singer", "sex"), excerpts
            )
        )
        path = tmp_path_factory.mktemp("page") / "report.html"
        write_page(path, EVIL, made)
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SECONDS", 1.0)
        yield written


@pytest.fixture(scope="module")
def page(write):
    return write(True)


def of_scores(scores, labels, first, second, singers):
    rows = [{"ID": str(n), "singer": own} for n, own in enumerate(singers)]
    trials = Trials(np.array(first), np.array(second), np.array(labels))
    return ScoredTrials(None, rows, trials, np.array(scores))


def test_the_worst_come_first_and_no_recording_twice():
    # a: 0 1 2 3; b: 4 5
    scored = of_scores(
        [0.3, 0.1, 0.4, 0.9, 0.2, 0.8, 0.7, 0.5],
        [1, 1, 1, 1, 1, 0, 0, 0],
        *([0, 0, 2, 1, 4, 3, 0, 1], [1, 2, 3, 3, 5, 5, 4, 5]),
        "aaaabb",
    )
    # 0-2 at 0.1, 4-5 at 0.2; 0-1 and 2-3 have one of these; 1-3 is right
    assert worst_trials(scored, 0.5, 1) == [1, 4]
    # 3-5 at 0.8, 0-4 at 0.7; 1-5 at 0.5 is not above the threshold
    assert worst_trials(scored, 0.5, 0) == [5, 6]


def test_no_pair_of_singers_has_all_places():
    pairs = list(combinations(range(12), 2))
    first, second = zip(*pairs, strict=True)
    singers = "aaaaaaaabbbb"
    labels = [int(singers[i] == singers[j]) for i, j in pairs]
    scores = [
        j / 100 if label else 0.9
        for (_, j), label in zip(pairs, labels, strict=True)
    ]
    scored = of_scores(scores, labels, first, second, singers)
    chosen = [pairs[trial] for trial in worst_trials(scored, 0.5, 1)]
    assert chosen == [(0, 1), (2, 3), (8, 9), (10, 11)]


def test_ten_at_most():
    numbers = np.arange(40)
    singers = [str(n // 2) for n in numbers]
    scored = of_scores(
        numbers[:20] / 100, [1] * 20, numbers[::2], numbers[1::2], singers
    )
    assert worst_trials(scored, 0.5, 1) == list(range(MOST))
    assert worst_trials(scored, 0.5, 0) == []


def test_names_of_singers_break_nothing(page):
    read = Page(page.read_text())
    assert "img" not in read.tags
    assert read.tags.count("section") == 4
    threshold, space = read.data
    assert threshold["thresholds"][threshold["start"]] == 0.25
    assert space["names"] == [f"<r{n}>" for n in range(9)]
    assert EVIL in space["colourings"][0]["names"]


def test_a_page_without_javascript_has_the_figures(page, scored):
    read = Page(page.read_text())
    same = scored.trials.labels == 1
    missed = 100 * (scored.scores[same] <= 0.25).mean()
    alarms = 100 * (scored.scores[~same] > 0.25).mean()
    start = read.texts.index("encoder's own")
    assert read.texts[start + 1 : start + 4] == [
        *("0.25", f"{missed:.2f}", f"{alarms:.2f}")
    ]
    for label, heading in ((1, "rejections"), (0, "acceptances")):
        start = read.texts.index(f"The worst false {heading}")
        wrong = worst_trials(scored, 0.25, label)
        assert wrong
        # After the paragraph and three heads; a cell of a recording has two
        for place, trial in enumerate(wrong):
            first, second = scored.trials.first, scored.trials.second
            at = start + 5 + 5 * place
            score, one, about, other, _ = read.texts[at : at + 5]
            assert float(score) == pytest.approx(scored.scores[trial], abs=1e-4)
            assert one == scored.rows[first[trial]]["ID"]
            assert other == scored.rows[second[trial]]["ID"]
            singer = scored.rows[first[trial]]["singer"]
            assert about == f"singer {singer}, sex f"


def test_a_missing_file_costs_its_player_only(page, write, scored, caplog):
    pairs = np.stack(scored.trials[:2], axis=1)
    shown = [
        number
        for label in (0, 1)
        for trial in worst_trials(scored, 0.25, label)
        for number in pairs[trial]
    ]
    assert 0 in shown
    read = Page(page.read_text())
    assert len(read.sources) == sum(number != 0 for number in shown)
    kind = "data:audio/mpeg;base64,"
    assert all(own.startswith(kind) for own in read.sources)
    bare = write(False).read_text()
    assert "<audio" not in bare and "xcerpt" not in bare
    assert "cannot be played" not in caplog.text


def test_clips_are_stretches_of_recordings(page):
    source = Page(page.read_text()).sources[0].partition(",")[2]
    clip, rate = soundfile.read(io.BytesIO(base64.b64decode(source)))
    assert len(clip) / rate == pytest.approx(1, abs=0.15)


def test_all_clips_of_a_page_are_bounded():
    # Of both kinds of trials two recordings: kbit/s, in base64, and the coder
    clips = 2 * 2 * MOST
    least = clips * module.SECONDS * module.KBPS * 1000 / 8 * 4 / 3
    clips = ListeningClips(module.SECONDS, module.KBPS).megabytes(clips)
    assert least / 1e6 < clips < 2


@needs_browser
def test_what_one_moves_turns_and_plays(page, scored, tmp_path):
    scores, same = scored.scores, scored.trials.labels == 1
    with open_browser(tmp_path) as browser:
        browser.open(page)
        cells = "['kept','missed','alarms','refused'].map(name => parseInt("
        cells = f"{cells}document.querySelector('.' + name).textContent))"
        find = "const slider = document.querySelector('input');"
        data = Page(page.read_text()).data[0]
        moved = "slider.dispatchEvent(new Event('input'));"
        for place in (data["start"], 300, 500):
            threshold = data["thresholds"][place]
            set_to = f"slider.value = {place}; {moved}"
            if place == data["start"]:  # where it is when the page opens
                set_to = ""
            expected = [
                np.sum(own > threshold) if kept else np.sum(own <= threshold)
                for own in (scores[same], scores[~same])
                for kept in (True, False)
            ]
            assert browser.run(f"{find}{set_to} return {cells}") == expected
        browser.run(f"{find} slider.focus()")
        browser.press("\ue014")  # arrow to the right
        assert browser.run(f"{find} return Number(slider.value)") == 501
        said = browser.run(f"{find} return slider.ariaValueText")
        assert "false rejection" in said
        # The cloud is drawn, and turns by keys
        drawn = "return document.querySelector('canvas').toDataURL()"
        before = browser.run(drawn)
        browser.run("document.querySelector('canvas').focus()")
        browser.press("\ue012")
        browser.wait(f"{drawn} !== '{before}'")
        # Clips are audio to the browser
        browser.run("document.querySelector('audio').preload = 'auto'")
        ready = "document.querySelector('audio').readyState"
        browser.wait(f"return {ready} >= 2")
