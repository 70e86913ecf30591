import os

import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.separation.command import Command
from speechbrain_singer.separation.loading import load_separator
from speechbrain_singer.separation.overlap import Segments

# Writes what demucs writes, below a folder of the model and of the track
DEMUCS = """#!/bin/sh
while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done
mkdir -p "$out/htdemucs/track"
for stem in vocals no_vocals drums; do
  cp "$1" "$out/htdemucs/track/$stem.wav"
done
case $1 in *bad*) echo "50%" >&2; echo "out of memory" >&2; exit 3;; esac
"""
COMMAND = "demucs -n htdemucs -o {folder} {input}"


@pytest.fixture
def demucs(tmp_path_factory, monkeypatch):
    path = tmp_path_factory.mktemp("bin") / "demucs"
    path.write_text(DEMUCS)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")


def separated(path, vocals="**/vocals.wav", rest=None, command=COMMAND):
    blocks = Command(command, vocals, rest, sample_rate=8000)
    return torch.cat(list(blocks.separate_file(path)), dim=-1)


def test_stems_of_a_command(demucs, write):
    path, mixture = write("a song; of ours.wav", frames=300_000)
    vocals, accompaniment = separated(path, rest="**/no_vocals.wav")
    assert torch.equal(vocals, mixture)
    assert torch.equal(accompaniment, mixture)


def test_the_other_stems_are_added_up(demucs, write):
    path, mixture = write()
    _, accompaniment = separated(path, rest="**/[!v]*.wav")
    assert torch.allclose(accompaniment, 2 * mixture)


def test_what_vocals_leave_is_the_accompaniment(demucs, write):
    path, mixture = write()
    vocals, accompaniment = separated(path)
    assert torch.equal(vocals, mixture)
    assert not accompaniment.any()


@pytest.mark.parametrize(
    ("name", "vocals", "said"),
    [
        ("bad.wav", "**/vocals.wav", r"demucs ended with 3: out of memory$"),
        ("a.wav", "vocals.wav", r"wrote no vocals\.wav, but htdemucs/track/dr"),
        ("a.wav", "**/*.wav", r"\*\*/\*\.wav fits 3 files .*htdemucs/track/"),
    ],
)
def test_what_fails_is_told_by_file(demucs, write, name, vocals, said):
    path, _ = write(name)
    with pytest.raises(AudioError, match=f"{name}: .*{said}"):
        separated(path, vocals)


def test_stems_of_another_length_are_refused(write, tmp_path):
    path, mixture = write()
    soundfile.write(tmp_path / "short.wav", mixture.T[:2000], 8000)
    command = f"cp {tmp_path}/short.wav {{input}} {{folder}}"
    with pytest.raises(AudioError, match=r"of 1\.1 s, but short\.wav .* 0\.2"):
        separated(path, "short.wav", command=command)


def test_nothing_is_left_behind(demucs, write, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    separated(write()[0])
    with pytest.raises(AudioError):
        separated(write("bad.wav")[0])
    assert not any(folder.iterdir())


def test_a_command_without_its_places_or_its_program():
    with pytest.raises(ValueError, match=r"has no \{folder\}"):
        Command("demucs {input}", "vocals.wav")
    command = Command("no-such-program {input} {folder}", "vocals.wav")
    with pytest.raises(FileNotFoundError, match="'no-such-program' here"):
        load_separator(command, {}, Segments())
