import re

import pytest

from speechbrain_singer.settings import load_settings, parse_arguments

FILE = """\
seed: 1
lr: 0.001
output_folder: !ref results/<seed>
encoder: mfcc
background_folder: null
singers: 0.2
whiten: True
chain: !include:parts/chain.yaml
    lr: !ref <lr>
built: !ref <chain[counter]>
"""
PART = """\
lr: 5.0
noise: 0.3
counter: !new:collections.Counter
    lr: !ref <lr>
    noise: !ref <noise>
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(FILE)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "chain.yaml").write_text(PART)
    return path


@pytest.fixture
def read(path, monkeypatch, tmp_path_factory):
    """Settings of a command line, read from another working directory."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    def read(*arguments):
        file, _, overrides = parse_arguments([str(path), *arguments])
        return load_settings(file, overrides)

    return read


def test_without_overrides(read):
    hparams = read()
    assert hparams["output_folder"] == "results/1"
    assert hparams["built"] == {"lr": 0.001, "noise": 0.3}


def test_parts_are_one_object_wherever_they_are_named(read):
    hparams = read()
    assert hparams["built"] is hparams["chain"]["counter"]


def test_a_key_of_a_part(read):
    assert read("--noise", "0.5")["built"]["noise"] == 0.5


def test_what_the_file_gives_a_part_stands_in_the_file(read):
    hparams = read("--lr", "0.1")
    assert hparams["lr"] == hparams["built"]["lr"] == 0.1


@pytest.mark.parametrize("text", ["1e-4", "0.0001", "1.0e-04"])
def test_numbers_as_the_file_has_them(read, text):
    assert read("--lr", text)["lr"] == 1e-4
    assert read(f"--lr={text}")["lr"] == 1e-4


@pytest.mark.parametrize(
    "text", ["run #2", "2024", "split=train", "@home", "on", "1e-4", "a: b"]
)
@pytest.mark.parametrize("key", ["output_folder", "encoder"])
def test_any_text_names_a_folder(read, key, text):
    assert read(f"--{key}", text)[key] == text
    assert read(f"--{key}={text}")[key] == text


def test_null_is_none_where_there_is_a_folder(read):
    assert read("--background_folder", "a b")["background_folder"] == "a b"
    assert read("--background_folder", "null")["background_folder"] is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", 0.1), ("4", 4), ("[ann, bob]", ["ann", "bob"])],
)
def test_other_values_are_yaml(read, text, value):
    assert read("--singers", text)["singers"] == value


# As YAML they would be 8, True, 1000.0, a date, a mapping and None
NAMES = ["010", "on", "1e3", "2024-01-01", "1:30", "~", "Zoë", "a b", "8"]


def test_names_are_text_whatever_they_look_like(read, path):
    names = f"[{', '.join(NAMES)}]"
    assert read("--singers", names)["singers"] == NAMES
    path.write_text(FILE.replace("singers: 0.2", f"singers: {names}"))
    assert read()["singers"] == NAMES


def test_names_in_a_part_are_text(read, path):
    part = path.parent / "parts" / "chain.yaml"
    part.write_text(PART + "test_singers: [010, on]\n")
    assert read()["chain"]["test_singers"] == ["010", "on"]
    hparams = read("--test_singers", "[011]")
    assert hparams["chain"]["test_singers"] == ["011"]


VALUES = "010 0x1F 1_000 1e3 1e-4 .5 5. -3 +1 .inf null ~ (1,2) [1e3,no]"


@pytest.mark.parametrize("text", VALUES.split())
def test_the_command_line_and_the_file_read_alike(read, path, text):
    given = read("--seed", text)["seed"]
    path.write_text(FILE.replace("seed: 1", f"seed: {text}"))
    assert repr(given) == repr(read()["seed"])


@pytest.mark.parametrize("text", ["nan", "x", "on", "True", "--lr"])
def test_what_is_no_number_is_refused(read, text):
    with pytest.raises(ValueError, match=f"lr is a number.*'{text}'"):
        read(f"--lr={text}")


@pytest.mark.parametrize("text", ["[x, y", "{x: ", "a: b: c", "*a"])
def test_what_is_no_yaml_is_named(read, text):
    with pytest.raises(ValueError, match=re.escape(f"--singers '{text}'")):
        read("--singers", text)


@pytest.mark.parametrize("text", ["no", "off", "0", "[]"])
def test_what_is_neither_true_nor_false_is_refused(read, text):
    assert read("--whiten", "False")["whiten"] is False
    message = re.escape(f"whiten is True or False, not {text!r}")
    with pytest.raises(ValueError, match=message):
        read("--whiten", text)


def test_the_beginning_of_an_option_is_a_key(path):
    """argparse would take --data for --data_parallel_backend."""
    path.write_text("data: 1\nmax: 2\n")
    arguments = [str(path), "--data", "3", "--max", "4"]
    assert parse_arguments(arguments)[2] == {"data": 3, "max": 4}


def test_a_tag_is_yaml(read):
    assert read("--singers", "!ref <seed>")["singers"] == 1


def test_speechbrains_options_are_no_keys(path):
    _, run_opts, overrides = parse_arguments(
        [str(path), "--device", "cpu", "--seed", "2", "--debug"]
    )
    assert run_opts.device == "cpu" and run_opts.debug
    assert overrides == {"seed": 2}


@pytest.mark.parametrize(
    ("key", "meant"), [("seeed", "seed"), ("noize", "noise")]
)
def test_a_misspelt_key_is_named(path, key, meant):
    message = rf"a\.yaml has no key '{key}'; did you mean '{meant}'\?"
    with pytest.raises(ValueError, match=message):
        parse_arguments([str(path), f"--{key}", "8"])


def test_an_unlike_key_gets_no_hint(path):
    with pytest.raises(ValueError, match=r"'zzzzzz'$"):
        parse_arguments([str(path), "--zzzzzz", "8"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--seed"], "--seed has no value"), (["8"], "'8' follows no --key")],
)
def test_halves_of_a_pair(path, arguments, message):
    with pytest.raises(ValueError, match=message):
        parse_arguments([str(path), *arguments])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.yaml"):
        parse_arguments([str(tmp_path / "nowhere.yaml")])


@pytest.mark.parametrize(
    "text", [" [010]", "[ 010 ]", "['010']", '["010"]', "[010,]", "[!!str 010]"]
)
def test_a_list_of_names_however_it_is_written(read, text):
    assert read("--singers", text)["singers"] == ["010"]


@pytest.mark.parametrize(
    "text", ["[Ann: live, Bob]", "[a, [b, c]]", "[!ref <seed>]", "[!x y]"]
)
def test_no_name_is_lost(read, text):
    with pytest.raises(ValueError, match=r"--singers.*is a list of names"):
        read("--singers", text)


def test_names_and_paths_in_a_mapping_are_text(read):
    given = "{test_singers: [010], data_folder: 2024, lr: 1e-4}"
    settings = read("--chain", given)["chain"]
    assert settings["test_singers"] == ["010"]
    assert settings["data_folder"] == "2024"
    assert settings["lr"] == 1e-4


@pytest.mark.parametrize("text", ["2024", "010", "1e3", "on", "2024-01-01"])
@pytest.mark.parametrize("key", ["output_folder", "encoder"])
def test_names_and_paths_in_the_file_are_text(read, path, key, text):
    before = {
        "output_folder": "output_folder: !ref results/<seed>",
        "encoder": "encoder: mfcc",
    }
    path.write_text(FILE.replace(before[key], f"{key}: {text}"))
    assert read()[key] == text


def test_the_home_folder(read, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert read("--output_folder=~/a")["output_folder"] == "/home/ann/a"
    assert read("--background_folder", "~")["background_folder"] == "/home/ann"


@pytest.mark.parametrize("key", ["output_folder", "encoder"])
def test_what_would_be_taken_for_a_reference_is_refused(read, key):
    with pytest.raises(ValueError, match=f"{key}.*<seed> would be taken"):
        read(f"--{key}", "a <seed> b")


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("chain", "x", "chain is a mapping"),
        ("chain", "null", "chain is a mapping"),
        ("seed", "2024-01-01", "seed is a number"),
        ("singers", "ann", "such as \\[a, b\\], not 'ann'"),
        ("singers", "010", "not '010'"),
    ],
)
def test_values_of_another_kind_are_refused(read, key, text, said):
    with pytest.raises(ValueError, match=said):
        read(f"--{key}", text)


def test_a_part_may_be_changed_but_for_what_is_bound(tmp_path):
    (tmp_path / "part.yaml").write_text("seed: 0\nlr: 1.0\nwav_folder: x\n")
    path = tmp_path / "a.yaml"
    path.write_text(
        "first_seed: 1\n"
        "data: !include:part.yaml\n"
        "    seed: !ref <first_seed>\n"
        "    lr: 2.0\n"
        "    wav_folder: !PLACEHOLDER\n"
    )
    command = [str(path), "--lr=3.0", "--wav_folder=y"]
    _, _, overrides = parse_arguments(command)
    assert load_settings(path, overrides)["data"] == {
        **{"seed": 1, "lr": 3.0, "wav_folder": "y"},
    }
    with pytest.raises(ValueError, match="no key 'seed'"):
        parse_arguments([str(path), "--seed=3"])
