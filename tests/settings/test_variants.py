"""A YAML that is another one with other values."""

import pytest

from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.settings.variants import experiment_of

EXPERIMENT = """\
corpus: synthetic
corpus_options: {}
same: []
seed: 1
part: test
output_folder: !ref results/<corpus>
data: !include:parts/data.yaml
    seed: !ref <seed>
"""
PART = "seed: !PLACEHOLDER\nclip_seconds: 4.0\nvalid_singers: 0.2\n"
VARIANT = """\
# A comment
experiment: !include:../base/a.yaml
    corpus: vocalset
    same: [sex, "on"]
    corpus_options: {technique: belt}
    clip_seconds: 3
    valid_singers: [01, f2]
"""


@pytest.fixture
def variant(tmp_path):
    for name, text in {
        "base/a.yaml": EXPERIMENT,
        "base/parts/data.yaml": PART,
        "mine/v.yaml": VARIANT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "mine" / "v.yaml"


def settings(*arguments):
    path, _, overrides = parse_arguments([str(a) for a in arguments])
    return load_settings(path, overrides)


def test_it_is_the_experiment_with_its_values(variant):
    assert settings(variant) == {
        "corpus": "vocalset",
        "corpus_options": {"technique": "belt"},
        "same": ["sex", "on"],
        "seed": 1,
        "part": "test",
        "output_folder": "results/vocalset",
        "data": {"seed": 1, "clip_seconds": 3, "valid_singers": ["01", "f2"]},
    }


def test_the_command_line_has_the_last_word(variant):
    found = settings(variant, "--corpus=nus48e", "--clip_seconds", "2.5")
    assert found["output_folder"] == "results/nus48e"
    assert found["data"]["clip_seconds"] == 2.5
    assert found["same"] == ["sex", "on"]


def test_an_experiment_is_its_own(variant):
    path = variant.parents[1] / "base" / "a.yaml"
    assert experiment_of(path) == (path, {})


def test_an_unknown_key_is_refused(variant):
    variant.write_text(VARIANT + "    sede: 2\n")
    with pytest.raises(ValueError, match=r"sede.*did you mean 'seed'"):
        settings(variant)


def test_a_missing_experiment_is_named_with_the_variant(variant):
    variant.write_text("experiment: !include:no.yaml\n    seed: 2\n")
    with pytest.raises(FileNotFoundError, match=r"v\.yaml: includes .*no\.yam"):
        settings(variant)


def test_lists_may_take_many_lines(variant):
    text = "experiment: !include:../base/a.yaml\n    same:\n    - a\n    - b\n"
    variant.write_text(text)
    assert settings(variant)["same"] == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [
        *("part: ~", "part:", 'part: "null"', 'part: "~"'),
        *("output_folder: ~", "output_folder: ~/x", "output_folder:"),
        *('same: ["5", "#1", "a: b"]', "part: !ref <corpus>", "seed: 0x10"),
    ],
)
def test_values_are_those_of_a_plain_file(variant, line):
    plain = variant.parents[1] / "base" / "plain.yaml"
    name = line.partition(":")[0]
    others = [x for x in EXPERIMENT.splitlines() if not x.startswith(name)]
    plain.write_text("\n".join([*others, line]))
    variant.write_text(f"experiment: !include:../base/a.yaml\n    {line}\n")
    assert settings(variant) == settings(plain)


def test_what_is_not_indented_is_refused(variant):
    variant.write_text(VARIANT + "seed: 2\n")
    with pytest.raises(ValueError, match=r"v\.yaml: seed: indent"):
        settings(variant)


def test_a_variant_of_a_variant_is_refused(variant):
    other = variant.with_name("w.yaml")
    other.write_text("experiment: !include:v.yaml\n    seed: 2\n")
    with pytest.raises(ValueError, match=r"w\.yaml: .*v\.yaml is another"):
        settings(other)


@pytest.mark.parametrize("tag", ["!new", "!name", "!apply"])
def test_an_object_with_arguments_is_refused(variant, tag):
    """Its arguments would go to the object that the experiment has."""
    text = f"    same: {tag}:builtins.dict\n        a: 1\n"
    variant.write_text(VARIANT.replace('    same: [sex, "on"]\n', text))
    with pytest.raises(ValueError, match=r"v\.yaml: same: !.*with arguments"):
        settings(variant)


def test_what_is_left_open_has_to_be_given(variant):
    variant.write_text(VARIANT.replace("vocalset", "!PLACEHOLDER"))
    with pytest.raises(ValueError, match="give --corpus"):
        settings(variant)
    assert settings(variant, "--corpus", "vctk")["corpus"] == "vctk"
