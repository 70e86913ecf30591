from typing import NamedTuple

import pytest
import soundfile

from speechbrain_singer.commands.app import main


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def singer(capsys):
    """Runs a command line in this process: arguments -> Ended."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(own) for own in arguments])
        return Ended(ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def voices(noise, tmp_path):
    """Two files of one colour, and one of another."""
    paths = [tmp_path / f"{name}.wav" for name in ("a", "b", "other")]
    for path, seed, tilt in zip(paths, (1, 2, 3), (1.2, 1.2, 0.1), strict=True):
        soundfile.write(path, noise(2, seed, tilt).numpy(), 44100)
    return paths
