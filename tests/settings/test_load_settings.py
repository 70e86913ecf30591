import pytest
import speechbrain as sb

from speechbrain_singer.settings import load_settings

BOMB = "".join(
    f"a{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: c: d\n", "line 2: mapping values"),
        ("a: 1\n\tb: 2\n", "line 2: .*tab|line 2: .*token"),
        ("a: 1\na: 2\n", "duplicate key"),
        ("a: \xe4\n", "not UTF-8"),
        ("- a\n", "holds no settings"),
        ("a: !new:speechbrain_singer.no.Such\n", r"no\.Such"),
        ("a: !new:fractions.Fraction\n    x: 1\n", "x"),
        ("a: !ref <b>\n", '"b"'),
        ("a: !ref <b>\nb: !ref <a>\n", "!ref"),
        ("a: !PLACEHOLDER\n", "PLACEHOLDER"),
        ("a: 2024-13-45\n", "month"),
        ("1: 2\n", "line 1: keys are text"),
        ("a: 1\n? [1]\n: 2\n", "no YAML|keys are text"),
        ("a: " + 1200 * "[", "recursion"),
        ("a0: &a0 [1]\n" + BOMB, "more than 20000 values"),
        ("test_singers: [a: b]\n", "line 1: test_singers is a list of"),
    ],
)
def test_errors_name_the_file(tmp_path, text, message):
    path = tmp_path / "my.yaml"
    path.write_bytes(text.encode("latin-1"))
    kinds = (ValueError, TypeError, ImportError)
    with pytest.raises(kinds, match=rf"(?s)my\.yaml.*({message})"):
        load_settings(path)


def test_a_part_with_a_slip_is_named(tmp_path):
    (tmp_path / "a.yaml").write_text("part: !include:part.yaml\n    x: 1\n")
    (tmp_path / "part.yaml").write_text("x: 1\ny: [\n")
    with pytest.raises(ValueError, match=r"part\.yaml, line 3"):
        load_settings(tmp_path / "a.yaml")


@pytest.mark.parametrize("given", ["[x, y", "{x: ", "a: b"])
def test_speechbrains_overrides_are_named(tmp_path, given):
    path = tmp_path / "my.yaml"
    path.write_text("seed: 1\ntest_singers: 2\n")
    arguments = [str(path), "--test_singers", given]
    _, _, overrides = sb.parse_arguments(arguments)
    with pytest.raises(ValueError, match="test_singers"):
        load_settings(path, overrides)


def test_an_empty_file_has_no_settings(tmp_path):
    (tmp_path / "a.yaml").touch()
    assert load_settings(tmp_path / "a.yaml") == {}


def test_a_missing_part_is_named_with_its_includer(tmp_path):
    (tmp_path / "a.yaml").write_text("part: !include:part.yaml\n    x: 1\n")
    with pytest.raises(FileNotFoundError, match=r"a\.yaml: includes .*part"):
        load_settings(tmp_path / "a.yaml")


def test_keys_below_may_be_numbers_and_mappings_merged(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "base: &b {lr: 1, corpus: on}\n"
        "x: {1: a, 3.5: 4}\n"
        "y:\n  <<: *b\n  lr: 2\n"
    )
    assert load_settings(path) == {
        "base": {"lr": 1, "corpus": "on"},
        "x": {1: "a", 3.5: 4},
        "y": {"lr": 2, "corpus": "on"},
    }
    path.write_text("1: a\n")
    with pytest.raises(ValueError, match=r"a\.yaml, line 1: keys are"):
        load_settings(path)


def test_a_name_with_a_reference_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("seed: 1\ndata_folder: a/<seed>\n")
    with pytest.raises(ValueError, match=r"a\.yaml, line 2: data_folder"):
        load_settings(path)
