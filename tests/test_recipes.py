"""The lists of recipes, in upstream's form: what they name is there, and runs.

`tests/recipes/<Corpus>.csv` has a row for each YAML of a corpus; it runs on the
miniature of `tests/replicas/<corpus>.py`. A training that differs from another
one in its data alone draws pairs of it; a measurement that others run, with
other values, lists what it asks. Those of the other lists run on the
embedded corpus, in the tests of their scripts, where those are looked at that
compare many trainings.
"""

import csv
import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
import tiny_efficientnet
from scripts import run

from speechbrain_singer.corpora import CORPORA
from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.settings.variants import experiment_of

ROOT = Path(__file__).parents[1]
LISTS = sorted((ROOT / "tests" / "recipes").glob("*.csv"))
ANY = "any"  # corpus


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


ROWS = [row for path in LISTS for row in rows_of(path)]
OF_CORPORA = [row for row in ROWS if row["Dataset"] != ANY]


def sorted_out():
    """Rows to be run; those whose training others run, with other data; and
    those whose measurement others run, with other data and other values."""
    run_rows, drawn, asked, known = [], [], [], set()
    for row in OF_CORPORA:
        if row["Task"] == "Comparison":
            continue  # many trainings
        experiment, values = experiment_of(ROOT / row["Hparam_file"])
        kind, others = {
            "SSL": (experiment.name, drawn),
            **dict.fromkeys(MEASUREMENTS, ((experiment.name, *values), asked)),
        }.get(row["Task"], (row["Hparam_file"], run_rows))
        (others if kind in known else run_rows).append(row)
        known.add(kind)
    return run_rows, drawn, asked


MEASUREMENTS = "Verification", "Identification"
RUN, DRAWN, ASKED = sorted_out()


def name_of(row):
    return row["Hparam_file"].removeprefix("recipes/").removesuffix(".yaml")


def command_of(row, *arguments):
    flags = shlex.split(row["test_debug_flags"])
    return [str(ROOT / row["Hparam_file"]), *flags, *map(str, arguments)]


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_what_a_row_names_is_there(row):
    columns = "Script_file", "Hparam_file", "Readme_file", "Data_prep_file"
    for column in columns:
        assert not row[column] or (ROOT / row[column]).is_file(), row[column]
    assert row["test_debug_checks"].startswith("file_exists=[")
    if row["Dataset"] == ANY:
        # An unknown flag raises
        _, run_opts, _ = parse_arguments(command_of(row))
        assert run_opts.debug == ("--debug" in row["test_debug_flags"])


def test_every_yaml_is_in_a_list():
    there = [*(ROOT / "hparams").glob("*.yaml")]
    there += (ROOT / "recipes").glob("*/hparams/*.yaml")
    listed = [row["Hparam_file"] for row in ROWS]
    assert sorted(listed) == sorted(
        path.relative_to(ROOT).as_posix() for path in there
    )


def test_every_corpus_has_a_readme_and_a_list():
    folders = {path.parent.name for path in ROOT.glob("recipes/*/hparams")}
    for folder in folders:
        assert (ROOT / "recipes" / folder / "README.md").is_file(), folder
    assert folders == {row["Dataset"] for row in OF_CORPORA}
    assert {name.lower() for name in folders} <= set(CORPORA)


def test_the_table_has_all_corpora():
    text = (ROOT / "recipes" / "README.md").read_text()
    cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(CORPORA)
    for link in re.findall(r"\]\(([^)]*)\)", text):
        assert (ROOT / "recipes" / link).is_file(), link


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    """Dataset -> where its miniature lies, made once."""
    made = {}

    def build(dataset):
        if dataset not in made:
            made[dataset] = tmp_path_factory.mktemp(dataset.lower())
            import_module(f"replicas.{dataset.lower()}").build(made[dataset])
        return made[dataset]

    return build


@pytest.mark.usefixtures("pictures_are_left_out", "probes_choose_from_two")
@pytest.mark.parametrize("row", RUN, ids=name_of)
def test_the_yaml_of_a_corpus_runs_on_its_miniature(
    row, replica, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folders = ["--data_folder", replica(row["Dataset"])]
    folders += ["--output_folder", tmp_path / "results", "--noprogressbar"]
    run(ROOT / row["Script_file"], command_of(row, *folders))
    (files,) = re.findall(r"file_exists=\[(.*)\]", row["test_debug_checks"])
    for file in files.split(","):
        assert (tmp_path / "results" / file).stat().st_size > 0, file


@pytest.mark.parametrize("row", DRAWN, ids=name_of)
def test_the_yaml_of_a_corpus_draws_pairs_of_its_miniature(
    row, replica, tmp_path
):
    folders = ["--data_folder", replica(row["Dataset"])]
    folders += ["--output_folder", tmp_path]
    folders += ["--encoder", tiny_efficientnet.ENCODER]  # is not asked for
    path, _, overrides = parse_arguments(command_of(row, *folders))
    data = load_settings(path, overrides)["data"]
    parts = data["prepared"].prepare()
    pairs = data["clip_pairs"](parts.train)
    assert pairs.voices > 1
    clips = next(iter(clip_loader(pairs, 4, 4)))["clips"]
    assert clips.shape == (4, 2, 0.4 * data["sample_rate"])
    assert (clips.abs().amax(dim=-1) > 0).all()


@pytest.mark.parametrize("row", ASKED, ids=name_of)
def test_the_yaml_of_a_corpus_asks_what_its_miniature_can_answer(
    row, replica, tmp_path
):
    folders = ["--data_folder", replica(row["Dataset"])]
    folders += ["--output_folder", tmp_path]
    path, _, overrides = parse_arguments(command_of(row, *folders))
    hparams = load_settings(path, overrides)
    rows = hparams["recordings"].rows()
    assert len({row["singer"] for row in rows}) > 1
    if row["Task"] == "Verification":
        unusable = hparams["recordings"].unusable(rows, rows)
        trials = hparams["trial_plan"].make(rows, unusable)
        assert set(trials.labels.tolist()) == {0, 1}
    elif row["Task"] == "Identification":
        hparams["validation"].check(rows)


@pytest.mark.parametrize("task", ["verification", "identification"])
def test_results_lie_by_corpus_and_encoder(task):
    path = str(ROOT / "hparams" / f"{task}.yaml")
    overrides = {"corpus": "folder", "encoder": "results/byol/7/encoder"}
    hparams = load_settings(path, overrides)
    folder = f"results/{task}/folder/byol-7"
    assert hparams["output_folder"] == folder
    assert hparams["manifest_folder"] == f"{folder}/manifest"
