"""Tables, curves and pages of voices."""

import json
from itertools import count

import pytest
import torch

from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.evaluation.voices import Heard
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.similarity import write_compared, write_voices
from speechbrain_singer.reports.similarity_curves import (
    context_panels,
    share_panels,
)
from speechbrain_singer.reports.similarity_plots import plot_voice_curves
from speechbrain_singer.reports.similarity_tables import (
    shares_table,
    similarity_table,
    voices_table,
)

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")
WAYS = ("mixtures", "vocals")


def report_of(first=10.0, sex=True):
    """Each mean is another number, from the first on."""
    numbers = count(first)

    def figures():
        mean = next(numbers)
        return spread([mean - 1, mean + 1])

    def contexts():
        return {
            at: {"accuracy": figures(), "macro_f1": figures()}
            for at in ("1", "5", "track")
        }

    def identified():
        whole = contexts()
        return {
            **{"singers": 5, "of": 6, "contexts": whole},
            "shares": {"0.25": contexts(), "1.0": whole},
            **{"chance": spread([9.0, 9.0]), "untrained": spread([1.0, 3.0])},
        }

    def told():
        if not sex:
            return {"left_out": "no sex is known"}
        asked = {"singers": 6, "contexts": contexts()}
        return asked | {"chance": spread([50.0, 60.0])}

    ways = (*WAYS, "vocals by mixtures", "mixtures by vocals")
    return {
        **{"clips": 40, "tracks": 8, "singers": 6},
        "identification": {way: identified() for way in WAYS},
        "sex": {way: told() for way in WAYS},
        "similarity": {
            **{"singers": 5, "of": 6, "alone": 1},
            "ways": {
                way: {
                    name: figures() for name in ("MNR", "EER", "published_EER")
                }
                for way in ways
            },
        },
    }


def test_one_table_has_a_line_for_each_way_and_encoder():
    table = voices_table({"ours": report_of(), "mfcc": report_of(50.0)})
    assert table[0] == [
        *("encoder", "heard", "1 clip", "track", "track, F1", "sex"),
        *("MNR", "EER"),
    ]
    assert [line[:2] for line in table[1:3]] == [
        ["ours", "mixtures"],
        ["mfcc", "mixtures"],
    ]
    assert len(table) == 1 + 4 * 2
    # 1: 10 and 11 (F1), 5: 12, 13, track: 14, 15
    assert table[1][2:5] == [f"{n}.0 ± 1.4" for n in (10, 14, 15)]
    assert table[2][2] == "50.0 ± 1.4"
    # Across there is no probe
    assert table[-1][2:6] == ["-"] * 4
    assert table[-1][6] != "-"


def test_of_several_runs_their_number_is_told():
    ours, other = report_of() | {"runs": 3}, report_of() | {"runs": 1}
    table = voices_table({"ours": ours, "mfcc": other})
    assert [line[:3] for line in table[:3]] == [
        ["encoder", "runs", "heard"],
        ["ours", "3", "mixtures"],
        ["mfcc", "1", "mixtures"],
    ]
    assert voices_table({"mfcc": other}) == voices_table({"mfcc": report_of()})


def test_what_was_not_asked_is_missing():
    report = report_of(sex=False)
    report["similarity"] = {"left_out": "one singer"}
    table = voices_table({"ours": report})
    assert table[0][5:7] == ["sex", "MNR"]
    assert table[1][5:] == ["-"] * 3
    assert len(table) == 3
    assert similarity_table({"ours": report})[1:] == []


def test_encoders_that_heard_different_things():
    """One of mixtures, one of recordings only."""
    other = report_of()
    for question in ("identification", "sex"):
        other[question] = {"recordings": other[question]["vocals"]}
    other["similarity"]["ways"] = {}
    table = voices_table({"ours": report_of(), "other": other})
    lines = {tuple(line[:2]): line[2:] for line in table[1:]}
    assert set(lines["other", "mixtures"]) == {"-"}
    assert lines["other", "recordings"][0] != "-"


def test_shares_are_sorted_as_numbers():
    table = shares_table({"ours": report_of()}, "track")
    assert table[0] == ["encoder", "heard", "25%", "100%"]
    assert table[1] == ["ours", "mixtures", "20.0 ± 1.4", "14.0 ± 1.4"]


def test_panels_of_one_encoder_and_of_several():
    alone = context_panels({"ours": report_of()}, "identification")
    assert list(alone) == ["ours"]
    assert list(alone["ours"]) == ["mixtures", "chance", "vocals"]
    assert alone["ours"]["chance"] == 9
    both = {"ours": report_of(), "mfcc": report_of()}
    panels = context_panels(both, "sex")
    assert list(panels) == list(WAYS)
    assert list(panels["vocals"]) == ["ours", "chance", "mfcc"]
    assert context_panels({"ours": report_of(sex=False)}, "sex") == {}
    titles = [f"{way}, {at}" for at in ("1 clip", "track") for way in WAYS]
    assert list(share_panels(both)) == titles


def test_the_curves_are_those_of_the_figures(tmp_path):
    panels = context_panels({"ours": report_of()}, "identification")
    figure = plot_voice_curves(panels, "heard together", tmp_path / "a.png")
    mixtures, vocals, chance = figure.axes[0].get_lines()
    assert mixtures.get_ydata().tolist() == [10, 12, 14]
    assert vocals.get_xdata().tolist() == [0, 1, 2]
    assert set(chance.get_ydata()) == {9}
    ticks = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert ticks == ["1 clip", "5 clips", "track"]


def test_a_line_that_lacks_a_place(tmp_path):
    at = {"mean": 5.0, "spread": None}
    lines = {"a": {"1": at, "track": at}, "b": {"1": at, "5": at, "track": at}}
    figure = plot_voice_curves({"vocals": lines}, "clips", tmp_path / "a.png")
    axis = figure.axes[0]
    ticks = [text.get_text() for text in axis.get_xticklabels()]
    assert ticks == ["1", "5", "track"]
    assert axis.get_lines()[0].get_xdata().tolist() == [0, 2]


def test_many_lines_can_be_told_apart(tmp_path):
    line = {"1": {"mean": 5.0, "spread": None}}
    lines = {f"encoder {n}": line for n in range(20)}
    figure = plot_voice_curves({"a": lines}, "clips", tmp_path / "a.png")
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in figure.axes[0].get_lines()
    }
    assert len(looks) == 20


@pytest.fixture
def heard():
    rows = [
        {"singer": singer, "recording": f"{singer}{track}", "sex": "f"}
        for singer in "abc"
        for track in range(4)
        for _ in range(2)
    ]
    embeddings = torch.randn(24, 8, generator=torch.Generator())
    return Heard({"mixtures": embeddings, "vocals": embeddings + 1}, rows)


def test_the_page_of_an_encoder(heard, tmp_path):
    results = Results(tmp_path, "ours on mine", {"seed": 3})
    (tmp_path / "tsne_vocals_album.png").touch()  # of an earlier run
    write_voices(results, "ours", report_of(), heard, ["sex", "album"])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        *("metrics.json", "report.html", "table.md", "table.csv", "table.tex"),
        *("contexts.png", "sex.png", "shares.png"),
        *("tsne_mixtures_sex.png", "tsne_vocals_sex.png"),
    }
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == 5
    for said in (
        "40 clips of 8 tracks by 6 singers",
        "5 of 6 singers",
        "2.0 % of the tested clips are of singers without",
        "chance is 40.0",
        "6 singers have such, 1 have not",
    ):
        assert said in page


def test_the_page_of_several(tmp_path):
    results = Results(tmp_path, "encoders on mine", {"seed": 3})
    reports = {"ours": report_of(), "mfcc": report_of(sex=False)}
    write_compared(results, reports, ["none: no such folder"])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert list(metrics["encoders"]) == ["ours", "mfcc"]
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == 3
    assert "Not measured: none: no such folder." in page


def test_what_the_first_encoder_was_not_asked_others_were(tmp_path):
    reports = {"mfcc": report_of(sex=False), "ours": report_of()}
    reports["mfcc"]["similarity"] = {"left_out": "0 singers have two songs"}
    for answer in reports["mfcc"]["identification"].values():
        answer["shares"] = {}
    write_compared(Results(tmp_path, "encoders on mine", {}), reports)
    page = (tmp_path / "report.html").read_text()
    assert "Not asked" not in page
    for said in ("6 singers, of whom", "chance is 40.0", "From less to learn"):
        assert said in page


def test_nothing_but_identification(heard, tmp_path):
    report = report_of(sex=False)
    report["similarity"] = {"left_out": "0 singers have two songs"}
    for answer in report["identification"].values():
        answer["shares"] = {}
    results = Results(tmp_path, "ours", {})
    write_voices(results, "ours", report, heard)
    page = (tmp_path / "report.html").read_text()
    assert "Not asked: no sex is known." in page
    assert "Not asked: 0 singers have two songs." in page
    assert page.count("<img") == 1
