from pathlib import Path

import pytest

from speechbrain_singer.inference.description import Description
from speechbrain_singer.lobes.features import LogMel

GOOD = """\
window_seconds: 4.0
rate: 1e-4
bands: 64
names: [a, {b: null}, yes]
features: !new:speechbrain_singer.lobes.features.LogMel
    n_mels: !ref <bands>
again: !ref <features>
"""


@pytest.fixture
def describe(tmp_path):
    """Text -> the description that it is."""

    def describe(text):
        path = tmp_path / "hyperparams.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Description(path)

    return describe


def test_plain_values_and_known_parts(describe):
    hparams = describe(GOOD).build({"bands": 32})
    assert hparams["window_seconds"] == 4.0
    assert hparams["rate"] == 0.0001
    assert hparams["names"] == ["a", {"b": None}, True]
    assert isinstance(hparams["features"], LogMel)
    assert hparams["features"].n_mels == 32
    assert hparams["again"] is hparams["features"]


@pytest.mark.parametrize(
    "line",
    [
        "x: !apply:os.system [touch RAN]",
        "x: !new:subprocess.Popen {args: [touch, RAN]}",
        "x: !name:os.system",
        "x: !module:os",
        "x: !include:other.yaml",
        "x: !copy <bands>",
        "x: !applyref:os.system [touch RAN]",
        "x: !!python/object/apply:os.system [touch RAN]",
        "x: !!python/name:os.system",
        "x: !new:speechbrain_singer.lobes.features.torch.hub.load {}",
        "x: !new:speechbrain.utils.parameter_transfer.Pretrainer",
        "x: [1, {y: !apply:os.system [touch RAN]}]",
        "x: !new:speechbrain_singer.lobes.features.LogMel\n"
        "    n_mels: !apply:os.system [touch RAN]",
    ],
)
def test_nothing_else_is_built(describe, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="none of the known parts") as error:
        describe(GOOD + line).build()
    message = str(error.value)
    place = 8 + line.count("\n")
    assert message.startswith(f"{tmp_path}/hyperparams.yaml, line {place}: !")
    assert "trust_remote_code=True" in message
    assert not Path("RAN").exists()


@pytest.mark.parametrize(
    "text, message",
    [
        ("modules: [", "not YAML"),
        ("- 1", "not YAML: there are no keys"),
        ("words", "not YAML: there are no keys"),
        (b"a: \xff", "not YAML"),
        (b"a: \x00", "not YAML"),
        ("a: 1\na: 2", "line 2: a key is no text, or is twice"),
        ("a: {1: 2}", "line 1: a key is no text"),
        ("a: 1\n---\nb: 2", "not YAML"),
        ("a: &x [1]\nb: *x", "an alias"),
        ("a: &x [*x]", "an alias"),
        ("a: " + 900 * "[" + 900 * "]", "not YAML"),
        ("a: " + 30 * "[" + 30 * "]", "more than 20 levels"),
        ("a: " + 300000 * "x", "larger than"),
    ],
)
def test_what_is_not_read(describe, text, message):
    with pytest.raises(ValueError, match=message) as error:
        describe(text)
    assert "hyperparams.yaml: " in str(error.value)


@pytest.mark.parametrize(
    "line, message",
    [
        ("x: !ref <nothing>", "'nothing' is not there"),
        ("x: !ref <x>", "'x' refers to itself"),
        ("x: [!ref <y>]\ny: !ref <x>", "refers to itself"),
        ("x: !ref bands", "cannot be built"),
        ("x: !ref <bands> * 2", "cannot be built"),
        ("x: !new:speechbrain_singer.lobes.features.LogMel [1]", "cannot be"),
        ("x: !new:speechbrain_singer.lobes.features.LogMel {a: 1}", "cannot"),
        (
            "x: !new:speechbrain_singer.lobes.efficientnet.EfficientNet "
            "{name: resnet}",
            "no network 'resnet'",
        ),
        (
            "x: !new:speechbrain_singer.lobes.efficientnet.EfficientNet "
            "{pretrained: true}",
            "pretrained fetches",
        ),
        (
            "x: !new:speechbrain_singer.lobes.efficientnet.EfficientNet "
            "{embedding_dim: 1000000000}",
            "embedding_dim: 1000000000: ",
        ),
        ("x: !!int words", "cannot be built"),
        ("x: " + 5000 * "9", "cannot be built"),
    ],
)
def test_what_cannot_be_built(describe, line, message):
    with pytest.raises(ValueError, match=message) as error:
        describe(GOOD + line).build()
    assert "hyperparams.yaml" in str(error.value)


def test_an_empty_file_has_no_keys(describe):
    assert "modules" not in describe("")
