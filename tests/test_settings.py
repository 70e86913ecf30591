import pytest

from speechbrain_singer.settings import load_settings


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("seed: 1\nbatch_size: 2\nhalf: !ref <batch_size> // 2\n")
    return path


def test_overrides_from_the_command_line(path):
    hparams = load_settings(path, "batch_size: 8\nseed: 3")
    assert hparams == {"seed": 3, "batch_size": 8, "half": 4}


def test_a_misspelt_override_is_named(path):
    with pytest.raises(ValueError, match=r"a\.yaml has no key 'bach_size'.*"):
        load_settings(path, "bach_size: 8")


def test_a_misspelt_key_is_named(path):
    path.write_text("seed: 1\nbacth_size: 2\n")
    with pytest.raises(ValueError, match=r"a\.yaml lacks.*mean 'bacth_size'"):
        load_settings(path, needed=["batch_size"])


def test_an_unlike_key_gets_no_hint(path):
    with pytest.raises(ValueError, match=r"'zzzzzz'$"):
        load_settings(path, "zzzzzz: 8")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.yaml"):
        load_settings(tmp_path / "nowhere.yaml")


def test_a_key_that_nothing_uses_is_named(path):
    path.write_text("batch_size: 2\nmax_grad_norn: 1.0\n")
    message = r"'max_grad_norn', which nothing uses.*'max_grad_norm'"
    with pytest.raises(ValueError, match=message):
        load_settings(path, needed=["batch_size"])


def test_what_is_used_within_the_file_or_by_speechbrain_is_fine(path):
    path.write_text("a: 2\nb: !ref <a>\nprecision: bf16\n__set: 1\nextra: 3\n")
    hparams = load_settings(path, needed=["b"], optional=["extra"])
    assert hparams["b"] == 2
