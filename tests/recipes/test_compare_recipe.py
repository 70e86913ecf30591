"""Encoders on a corpus, as a user compares them, at a tiny scale."""

import csv
import json
import shutil

import pytest
from evaluation_recipe import ROOT, run

from speechbrain_singer.evaluation import cache
from speechbrain_singer.evaluation.fingerprint import fingerprint

SCRIPT = "recipes/verification/compare.py"
CORPUS = "{corpus: synthetic, data_folder: %s, part: manifest, corpus_options: \
{singers: 6, songs_per_singer: 3, seconds: 1.5}}"

# Encoders of the YAML that are taken away
UNWANTED = [
    *("MFCC statistics: null", "spectral features: null", "GE2E: null"),
    *("before training: null", "synthetic: null"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Where the embedded corpus is; the first run makes it."""
    return tmp_path_factory.mktemp("corpus") / "synthetic"


def compare(corpus, output, encoders, **overrides):
    settings = {
        "corpora": f"{{embedded corpus: null, tiny: {CORPUS % corpus}}}",
        "encoders": f"{{{', '.join([*UNWANTED, encoders])}}}",
        "output_folder": output,
        "cache_folder": output / "cache",
        "replicates": 50,
        **overrides,
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    hparams = str(ROOT / "hparams" / "compare.yaml")
    run(SCRIPT, [hparams, *options, "--device=cpu", "--noprogressbar"])
    with (output / "table.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    encoders = "MFCC: mfcc, missing: /no/such/encoder, spectral: spectral"
    return folder, compare(corpus, folder, encoders)


def test_the_table_has_what_each_cell_measured(finished):
    folder, (mfcc, _, spectral) = finished
    cell = json.loads((folder / "cells" / "tiny-MFCC.json").read_text())
    figures = cell["conditions"]["all pairs"]
    low, high = figures["EER_interval"]
    assert mfcc["all pairs: EER (95 %)"] == (
        f"{figures['EER']:.1f} ({low:.1f} to {high:.1f})"
    )
    assert mfcc["all pairs: MNR"] == f"{figures['MNR']:.1f}"
    assert mfcc["accuracy"] == f"{cell['accuracy']:.1f}"
    assert figures["trials"] == 18 * 17 / 2
    assert spectral["all pairs: MNR"] != mfcc["all pairs: MNR"]


def test_an_encoder_that_fails_does_not_stop_the_others(finished):
    folder, (_, missing, _) = finished
    assert set(missing.values()) == {"tiny", "missing", "-"}
    assert not (folder / "cells" / "tiny-missing.json").exists()


def test_all_kinds_of_tables_and_a_picture(finished):
    folder, rows = finished
    text = (folder / "table.md").read_text()
    assert text.count("\n|") == 1 + len(rows)
    assert "missing on tiny: FileNotFoundError: /no/such/encoder" in text
    assert (folder / "table.tex").read_text().count(r"\\") == 1 + len(rows)
    assert (folder / "comparison.png").read_bytes().startswith(b"\x89PNG")


def test_goes_on_where_it_was(finished, corpus, tmp_path):
    """What is there is not measured again, unless its settings changed."""
    folder, rows = shutil.copytree(finished[0], tmp_path / "copy"), finished[1]
    cells = {path: path.stat().st_mtime_ns for path in folder.glob("cells/*")}
    encoders = "MFCC: mfcc, spectral: spectral, again: mfcc"
    table = compare(corpus, folder, encoders)
    assert [line["encoder"] for line in table] == ["MFCC", "spectral", "again"]
    assert table[0] == rows[0]
    for path, time in cells.items():
        assert path.stat().st_mtime_ns == time
    compare(corpus, folder, encoders, replicates=60)
    for path, time in cells.items():
        assert path.stat().st_mtime_ns > time


def test_conditions_on_columns_that_are_not_there_are_left_out(
    corpus, tmp_path
):
    conditions = (
        "{all pairs: null, 'same sex, other song': null, "
        "any: {same: [], different: []}, red: {same: [colour], different: []}}"
    )
    table = compare(
        *(corpus, tmp_path, "MFCC: mfcc"),
        conditions=conditions,
        defaults="{folds: 0}",
    )
    assert list(table[0]) == [
        *("corpus", "encoder", "any: EER (95 %)", "any: MNR", "accuracy")
    ]
    assert table[0]["accuracy"] == "-"


def test_a_changed_corpus_is_measured_again(finished, corpus, tmp_path):
    """So that no table has figures of two states of a corpus."""
    copy = tmp_path / "corpus"
    shutil.copytree(corpus, copy)
    folder = tmp_path / "out"
    mine = f"{{corpus: folder, data_folder: {copy}}}"
    tiny = f"{{embedded corpus: null, mine: {mine}}}"
    before = compare(corpus, folder, "MFCC: mfcc", corpora=tiny)
    shutil.rmtree(sorted(path for path in copy.iterdir() if path.is_dir())[0])
    after = compare(corpus, folder, "MFCC: mfcc", corpora=tiny)
    cell = json.loads((folder / "cells" / "mine-MFCC.json").read_text())
    assert cell["conditions"]["all pairs"]["recordings"] == 15
    assert before != after


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"encoders": "missing: /no/such/encoder"},
            "nothing could be measured",
        ),
        ({"corpora": "{tiny: {clip_second: 1.0}}"}, "mean 'clip_seconds'"),
        ({"corpora": "{tiny: {corpus: folder}}"}, "tiny: lacks data_folder"),
        ({"conditions": "{drawn: {cont: 9}}"}, "drawn: .* mean 'count'"),
        ({"conditions": "{drawn: {count: 9}}"}, "drawn: trial_count: 9: must"),
        ({"replicates": 10.5}, "replicates: 10.5: must be"),
    ],
)
def test_what_is_wrong_is_said(corpus, tmp_path, overrides, message):
    settings = {"encoders": "MFCC: mfcc"} | overrides
    with pytest.raises((ValueError, RuntimeError), match=message):
        compare(corpus, tmp_path, **settings)


def test_what_a_corpus_does_not_allow_costs_nothing_else(corpus, tmp_path):
    """No two recordings have one ID; there are no 99 folds of 18 recordings."""
    conditions = (
        "{'same sex, other song': null, all pairs: {different: []}, "
        "none: {same: [ID], different: []}}"
    )
    (line,) = compare(
        *(corpus, tmp_path, "MFCC: mfcc"),
        conditions=conditions,
        defaults="{folds: 99}",
    )
    assert list(line) == [
        *("corpus", "encoder", "all pairs: EER (95 %)", "all pairs: MNR"),
        "accuracy",
    ]
    assert line["all pairs: MNR"] != "-" == line["accuracy"]


def test_the_fingerprint_is_taken_once(corpus, tmp_path, monkeypatch):
    taken = []

    def spy(encoder):
        taken.append(encoder)
        return fingerprint(encoder)

    monkeypatch.setattr(cache, "fingerprint", spy)
    compare(corpus, tmp_path, "MFCC: mfcc", defaults="{folds: 0}")
    assert len(taken) == 1
