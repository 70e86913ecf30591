import pytest

from speechbrain_singer.settings import flat_settings, parse_arguments

FILE = """\
lr: 0.001
names: {a: 1, b: [x, 2]}
data: !include:part.yaml
    lr: !ref <lr>
chain:
    - !new:collections.Counter
        a: 1
    - !name:collections.Counter
"""
PART = """\
lr: 5.0
seconds: 4
built: !new:collections.Counter
    lr: !ref <lr>
"""


@pytest.fixture
def flat(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(FILE)
    (tmp_path / "part.yaml").write_text(PART)

    def flat(*arguments):
        return flat_settings(path, parse_arguments([str(path), *arguments])[2])

    return flat


def test_all_settings(flat):
    assert flat() == {
        "lr": 0.001,
        "names.a": 1,
        "names.b": "2 items",
        "names.b[0]": "x",
        "names.b[1]": 2,
        "data.lr": "!ref <lr>",
        "data.seconds": 4,
        "data.built": "!new:collections.Counter",
        "data.built.lr": "!ref <lr>",
        "chain": "2 items",
        "chain[0]": "!new:collections.Counter",
        "chain[0].a": 1,
        "chain[1]": "!name:collections.Counter",
    }


def test_what_the_command_line_changes_and_nothing_else(flat):
    before, after = flat(), flat("--lr", "1e-4", "--seconds", "2")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"lr", "data.seconds"}
    assert after["lr"] == 1e-4


def test_how_a_number_is_written_does_not_matter(flat):
    assert flat("--lr", "1e-3") == flat()
