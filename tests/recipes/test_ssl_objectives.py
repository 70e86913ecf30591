"""Every objective through the recipe, and the options that all of them have."""

import json
import re

import numpy as np
import pytest
import soundfile
import yaml
from ssl_recipe import ROOT, history, run

from speechbrain_singer.settings import load_settings, parse_arguments

pytestmark = pytest.mark.usefixtures("pictures_are_left_out")

OBJECTIVES = sorted(
    path.stem
    for path in (ROOT / "hparams").glob("*.yaml")
    if "\nbrain_class: !name:speechbrain_singer.ssl." in path.read_text()
)

# Of the validation only
OF_SINGERS = {"EER", "MNR", "knn_accuracy", "linear_accuracy"}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """A folder for vocals, and another one for those with mixtures."""
    return tmp_path_factory.mktemp("corpora")


def test_the_published_objectives_are_there():
    assert {
        *("byol", "contrastive", "contrastive_vc", "dino"),
        *("uniformity_alignment", "vicreg"),
    } <= set(OBJECTIVES)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_trains_and_hands_over(name, corpora, tmp_path):
    corpus = corpora / ("mixtures" if name.startswith("cvsm") else "vocals")
    options = {"hparams": name, "epochs": 1, "pairs": "singer"}
    run(corpus, tmp_path, **options, chunk_size=3)
    (record,) = history(tmp_path)
    assert record["train"].keys() == record["valid"].keys() - OF_SINGERS
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["validation"]["positive_similarity"] == pytest.approx(
        record["valid"]["positive_similarity"]
    )
    assert (tmp_path / "encoder" / "encoder.safetensors").exists()


def settings(name):
    """Keys and values as they stand in the file, tags and all."""

    class Loader(yaml.SafeLoader):
        pass

    def keep(loader, suffix, node):
        if isinstance(node, yaml.MappingNode):
            return suffix, loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return suffix, loader.construct_sequence(node, deep=True)
        return suffix, loader.construct_scalar(node)

    Loader.add_multi_constructor("!", keep)
    text = (ROOT / "hparams" / f"{name}.yaml").read_text()
    return yaml.load(text.replace(f"results/{name}/", "results/"), Loader)


@pytest.mark.parametrize("name", sorted({*OBJECTIVES} - {"contrastive"}))
def test_what_the_files_share_is_equal(name):
    """What is no part stands in each file; so they could drift apart."""
    own = {"objective", "modules", "checkpointer", "brain_class"}
    if name == "byol":
        own |= {"lr", "weight_decay", "network"}
    if name == "dino":
        own |= {"network"}
    if name.startswith("cvsm"):
        own |= {"epochs", "weight_decay", "network", "data"}
    one, other = settings(name), settings("contrastive")
    for key in (one.keys() & other.keys()) - own:
        assert one[key] == other[key], key


def test_cvsm_at_44_khz_has_another_network_and_clips_only():
    one, other = settings("cvsm_44k"), settings("cvsm_hybrid")
    own = {"network", "projector", "modules"}
    for key in (one.keys() | other.keys()) - own - {"data"}:
        assert one[key] == other[key], key
    shared = other["data"][1]
    assert one["data"][1].items() >= shared.items()


def test_tensorboard_is_in_the_output_folder(tmp_path):
    path = str(ROOT / "hparams" / "contrastive.yaml")
    flags = ["--use_tensorboard", "True", "--output_folder", str(tmp_path)]
    log = load_settings(path, parse_arguments([path, *flags])[2])["run"]["log"]
    log.write({"epoch": 1, "lr": 0.1}, {"loss": 2.0})
    assert list((tmp_path / "tensorboard").glob("events*"))


@pytest.fixture
def vocals(tmp_path):
    """A flat folder of noise: no singers' names."""
    folder = tmp_path / "vocals"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in "abcdefgh":
        noise = rng.uniform(-0.3, 0.3, 44100)
        soundfile.write(folder / f"{name}.wav", noise, 44100)
    return folder


UNLABELLED = {"corpus": "folder", "corpus_options": "{}", "test_singers": 0}


@pytest.mark.parametrize("share", [0, 0.25])
def test_without_names_the_lowest_loss_is_handed_over(vocals, tmp_path, share):
    folder = tmp_path / "out"
    options = UNLABELLED | {"valid_singers": share}
    run(vocals, folder, hparams="contrastive", **options)
    best = json.loads((folder / "metrics.json").read_text())["validation"]
    losses = [record["valid"]["loss"] for record in history(folder) if share]
    # The last one where there is nothing to validate with
    expected = losses.index(min(losses)) + 1 if share else 2
    assert best["epoch"] == expected


def test_pairs_of_singers_need_their_names(vocals, tmp_path):
    options = UNLABELLED | {"valid_singers": 0.25, "pairs": "singer"}
    with pytest.raises(ValueError, match="no recording has one"):
        run(vocals, tmp_path / "out", hparams="contrastive", **options)


def test_one_recording_alone_is_refused(vocals, tmp_path):
    for path in sorted(vocals.iterdir())[1:]:
        path.unlink()
    options = UNLABELLED | {"valid_singers": 0}
    with pytest.raises(ValueError, match="but one recording to train with"):
        run(vocals, tmp_path / "out", hparams="vicreg", **options)


@pytest.mark.parametrize("name", sorted({*OBJECTIVES} - {"cvsm_44k"}))
def test_the_readme_gives_all_that_is_published(name):
    """In its command, every key beside which the file or a part says so."""
    folder = ROOT / "hparams"
    text = (folder / f"{name}.yaml").read_text()
    for part in re.findall("!include:(.*)", text):
        text += "\n" + (folder / part).read_text()
    keys = re.findall(r"^(\w+):.*published: ", text, flags=re.MULTILINE)
    readme = (ROOT / "recipes" / "ssl" / "README.md").read_text()
    if name == "cvsm_hybrid":
        (command,) = re.findall("As published:\n\n```\n(.*?)```", readme, re.S)
    else:
        (section,) = re.findall("To train as published.*?\n## ", readme, re.S)
        common, byol, others, dino = re.findall("```\n(.*?)```", section, re.S)
        command = common + {"byol": byol, "dino": dino}.get(name, others)
    given = {*re.findall(r"--(\w+)", command)}
    assert set(keys) <= given
