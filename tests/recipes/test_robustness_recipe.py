"""How encoders hold up, as a user asks it, at a tiny scale."""

import csv
import json

import pytest
from evaluation_recipe import arguments, run

SCRIPT = "recipes/verification/robustness.py"
# Of those of the YAML the quick ones
UNWANTED = [
    *("MP3 at 64 kbit/s", "room of 0.6 s", "noise at 20 dB"),
    *("4 semitones down", "2 semitones down", "2 semitones up"),
    *("4 semitones up", "first second", "first 4 seconds"),
]
DEGRADATIONS = f"{{{', '.join(f'{name}: null' for name in UNWANTED)}}}"


def measure(data_folder, output, *flags, **overrides):
    settings = {
        "encoder": "mfcc",
        "encoders": "{GE2E: null, missing: /no/such/encoder}",
        "degradations": DEGRADATIONS,
        "replicates": 20,
        **overrides,
    }
    run(
        SCRIPT, arguments("robustness", data_folder, output, *flags, **settings)
    )
    return json.loads((output / "metrics.json").read_text())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "synthetic"


@pytest.fixture(scope="module")
def finished(corpus, tmp_path_factory, pictures_are_left_out):
    folder = tmp_path_factory.mktemp("robustness")
    return folder, measure(corpus, folder)


def test_a_table_of_what_was_asked(finished):
    folder, metrics = finished
    with (folder / "table.csv").open() as file:
        lines = list(csv.DictReader(file))
    kinds = ["clean", "band of 16 kHz", "noise at 10 dB", "first 2 seconds"]
    for name in ("all pairs", "same sex, other song"):
        own = [line for line in lines if line["trials"] == name]
        assert [line["recordings"] for line in own] == kinds
        figures = metrics["encoders"]["mfcc"]["conditions"][name]
        for line, kind in zip(own, kinds, strict=True):
            low, high = figures[kind]["EER_interval"]
            assert line["mfcc"] == (
                f"{figures[kind]['EER']:.1f} ({low:.1f} to {high:.1f})"
            )
    all_pairs = metrics["encoders"]["mfcc"]["conditions"]["all pairs"]
    assert all_pairs["clean"]["trials"] == 18 * 17 / 2
    assert all_pairs["noise at 10 dB"]["trials"] == 18 * 17


def test_an_encoder_that_fails_is_named_and_the_rest_measured(finished):
    folder, metrics = finished
    (failure,) = metrics["failures"]
    assert failure.startswith("missing: FileNotFoundError: /no/such/encoder")
    assert failure in (folder / "table.md").read_text()


def test_clean_is_what_evaluate_measures(finished, corpus, tmp_path):
    """Of the same trials, and by the same interval."""
    options = {"different": "[]", "replicates": 20}
    script = "recipes/verification/evaluate.py"
    run(script, arguments("verification", corpus, tmp_path, **options))
    expected = json.loads((tmp_path / "metrics.json").read_text())
    report = finished[1]["encoders"]["mfcc"]["conditions"]["all pairs"]
    assert report["clean"] == {name: expected[name] for name in report["clean"]}


def test_the_settings_say_what_was_done(finished):
    said = finished[1]["settings"]
    assert said["degradations"]["noise at 10 dB"] == (
        "PinkNoise(snr_db=10.0, sample_rate=44100)"
    )
    assert set(said["conditions"]) == {"all pairs", "same sex, other song"}


def test_two_encoders_of_one_name_are_refused(corpus, tmp_path):
    with pytest.raises(ValueError, match="'mfcc' is what --encoder mfcc is"):
        measure(corpus, tmp_path / "new", encoders="{mfcc: ge2e}")
    assert not (tmp_path / "new").exists()


def test_nothing_measured_is_an_error(corpus, tmp_path):
    with pytest.raises(
        RuntimeError, match="nothing could be measured: no-none"
    ):
        measure(corpus, tmp_path, encoder="/no/none", encoders="{GE2E: null}")
