import json

import pytest
import soundfile
import torch


@pytest.fixture
def duet(noise, tmp_path):
    """Two voices by turns, 3 s each, a rest of 1 s in the middle."""
    turns = [noise(3, seed, tilt) for seed, tilt in enumerate((1.2, 0.1) * 2)]
    turns.insert(2, torch.zeros(44100))
    path = tmp_path / "a duet.wav"
    soundfile.write(path, torch.cat(turns).numpy(), 44100)
    return path


def test_a_table_rttm_and_a_picture(singer, duet, tmp_path):
    rttm, picture = tmp_path / "duet.rttm", tmp_path / "duet.png"
    ended = singer(
        *("segments", duet, "--encoder", "mfcc", "--singers", 2),
        *("--rttm", rttm, "--picture", picture),
    )
    assert ended.code == 0
    head, *lines = ended.out.splitlines()
    assert head.split() == ["start", "stop", "singer"]
    found = [line.split() for line in lines]
    assert [name for *_, name in found] == ["1", "2", "1", "2"]
    starts = [float(start) for start, *_ in found]
    assert starts == pytest.approx([0, 3, 7, 10], abs=0.3)
    fields = [line.split() for line in rttm.read_text().splitlines()]
    assert [own[:3] for own in fields] == [["SPEAKER", "a_duet", "1"]] * 4
    assert [float(own[3]) for own in fields] == pytest.approx(starts, abs=0.01)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_json(singer, duet):
    options = "--encoder", "mfcc", "--penalty", 1000.0, "--json"
    ended = singer("segments", duet, *options)
    answer = json.loads(ended.out)
    assert (answer["file"], answer["singers"]) == (str(duet), 1)
    assert [set(turn) for turn in answer["turns"]] == [
        {"start", "stop", "singer"}
    ] * 2
    assert answer["turns"][0] == {
        **{"start": 0.0, "singer": "1"},
        "stop": pytest.approx(6.0, abs=0.051),
    }


def test_what_cannot_be_is_refused_before_the_work(singer, duet, tmp_path):
    options = "segments", duet, "--encoder", "mfcc"
    ended = singer(*options)
    assert (ended.code, ended.out) == (2, "")
    assert "how many sing?" in ended.err
    picture = singer(*options, "--singers", 2, "--picture", "duet.txt")
    assert picture.code == 2
    assert "picture's ending: '.txt'" in picture.err
    for option in ("--rttm", "--picture"):
        path = duet / "duet.png"  # as if the recording were a folder
        refused = singer(*options, "--singers", 2, option, path)
        assert (refused.code, refused.out) == (2, "")
        assert f"{duet}: cannot write there" in refused.err
        assert "Listening" not in refused.err
    (tmp_path / "empty.wav").touch()
    empty = singer("segments", tmp_path / "empty.wav", *options[2:])
    assert empty.code == 2
