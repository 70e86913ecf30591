"""Names come from file names: whatever text they are, they stay it."""

import pytest
import yaml
from hyperpyyaml import load_hyperpyyaml
from hypothesis import given, settings
from hypothesis import strategies as st
from small_encoders import SECONDS, small_encoder

from speechbrain_singer.inference import nodes
from speechbrain_singer.inference.describing import described
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import check_can_export, export_encoder
from speechbrain_singer.lobes.heads import ClassifierHead

ODD = [
    *("007", "1e5", "null", "yes", "No", "~", "1_000", "0o17", "0x1F", ".5"),
    *("2020-01-01", "12:30:45", "1.", "-", "?", ":", "=", "<<", ".nan", ".inf"),
    *("a: b", "a #b", "!tag", "!!int 7", "!new:os.system", "!ref <encoder>"),
    *("<encoder>", "&a", "*a", "[a]", "{a: b}", "- a", "| a", "> a", "%YAML"),
    *("'", '"', "\\", "a\nb", "a\r\nb", "\t", " a ", "...", "---", "@", "`"),
    *("é", "王菲", "😀", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\ud800"),
    *("sha256: 0", "score: cosine", "n", "y", "on", "TRUE", "word" * 40),
    "words " * 40,
]
# Of what YAML makes something else of, and of anything
SIGNS = st.text("019eE.+-_:xo~!<>'\"\\ \n\t#&*?|{}[],%@`aynNYull", min_size=1)
TEXTS = st.one_of(SIGNS, st.text(st.characters(), min_size=1))


# The one sign that is not itself any more after HyperPyYAML has read it
NEXT_LINE = "\x85"


@pytest.fixture(scope="module")
def network():
    return small_encoder()


def read_back(path, network, names):
    text = described(network, SECONDS, classifier=ClassifierHead(6, names))
    path.write_text(text, encoding="utf-8")
    return text, Description(path).build()["modules"]["classifier"].names


def test_odd_names(network, tmp_path):
    text, names = read_back(tmp_path / "h.yaml", network, ODD)
    assert names == ODD
    trusted = load_hyperpyyaml(text)["modules"]["classifier"].names
    assert [name for name in ODD if name not in trusted] == [NEXT_LINE]


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=30, unique=True))
def test_any_names(network, tmp_path_factory, names):
    path = tmp_path_factory.mktemp("any") / "h.yaml"
    assert read_back(path, network, names)[1] == names


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_hyperpyyaml_reads_the_same(texts):
    texts = [text.replace(NEXT_LINE, "") for text in texts]
    text = nodes.dump({"names": texts})
    assert load_hyperpyyaml(text)["names"] == texts
    assert yaml.safe_load(text)["names"] == texts


def test_words_are_as_readable_as_before():
    text = nodes.dump({"name": "efficientnet_b0", "bands": 64, "rate": 1e-5})
    assert text == "name: efficientnet_b0\nbands: 64\nrate: 1.0e-05\n"


@pytest.mark.parametrize("letter", ["a", "é", "王"])
def test_thousands_of_names_fit(network, tmp_path, letter):
    names = [f"{n:05d}".rjust(12, letter) for n in range(5500)]
    assert {len(name) for name in names} == {12}
    check_can_export(tmp_path / "e", names)
    assert read_back(tmp_path / "h.yaml", network, names)[1] == names


def test_names_that_do_not_fit_are_said_before(network, tmp_path):
    names = [f"{n:03d}".rjust(300, "x") for n in range(1000)]
    with pytest.raises(ValueError, match=r"the 1000 names .* room for \d+"):
        check_can_export(tmp_path / "e", names)
    with pytest.raises(ValueError, match="the 1000 names"):
        export_encoder(
            *(tmp_path / "e", network, SECONDS),
            classifier=ClassifierHead(6, names),
        )
    assert not any(tmp_path.iterdir())


def test_what_fits_before_fits_after(network, tmp_path):
    """As much as there is room for, and one letter more."""
    room = nodes.MOST_BYTES - 2**13
    longest = "x" * (room - len('    - "1"\n    - '))
    check_can_export(tmp_path / "e", ["1", longest])
    with pytest.raises(ValueError, match="the 2 names"):
        check_can_export(tmp_path / "e", ["1", longest + "x"])
    head = ClassifierHead(6, ["1", longest])
    folder = export_encoder(tmp_path / "e", network, SECONDS, classifier=head)
    text = (folder / "hyperparams.yaml").read_bytes()
    # Nor is the room for the rest far too large
    assert room < len(text) < nodes.MOST_BYTES - 2**12
    assert SingerEncoder.from_hparams(folder).names == head.names
