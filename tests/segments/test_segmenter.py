import numpy as np
import pytest
import soundfile
import torch
from bands import RATE, Bands, song, truth, voice

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.metrics.diarisation import evaluate
from speechbrain_singer.segments import grouping
from speechbrain_singer.segments.segmenter import Segmenter

DUET = [("ann", 4), ("bob", 3.5), (None, 1), ("ann", 3), ("bob", 4)]
TRIO = [*DUET, ("eve", 5), (None, 0.5), ("bob", 3), ("eve", 4)]
PENALTY = 0.05


@pytest.fixture
def file(tmp_path):
    """Writes a waveform: [time] -> path."""

    def write(waveform, name="song.wav"):
        path = tmp_path / name
        soundfile.write(path, waveform.numpy(), RATE, subtype="FLOAT")
        return path

    return write


def figures(file, turns, singers=None, **settings):
    segmenter = Segmenter(Bands(), **settings)
    found = segmenter.find(file(song(*turns)), singers)
    return evaluate(found, truth(*turns)), found


@pytest.mark.parametrize("turns, singers", [(DUET, 2), (TRIO, 3)])
@pytest.mark.parametrize("given", [True, False])
def test_turns_are_found(file, turns, singers, given):
    own, found = figures(
        *(file, turns, singers if given else None),
        penalty=None if given else PENALTY,
    )
    assert own["singers"] == singers
    assert own["DER"] < 0.06
    assert own["boundary_f1"] == 1
    # In order, and numbered as they come in
    assert list(found) == sorted(found)
    assert list(dict.fromkeys(turn.singer for turn in found)) == [
        str(number + 1) for number in range(singers)
    ]


def test_rests_are_nobody_s(file):
    _, found = figures(file, DUET, singers=2)
    assert not [turn for turn in found if turn.start < 8 < turn.stop]


def test_one_singer_alone_is_one(file):
    own, found = figures(file, [("ann", 5), (None, 2), ("ann", 4)], penalty=0.1)
    assert own["singers"] == 1
    assert len(found) == 2


def test_a_higher_penalty_finds_fewer(file):
    singers = [
        figures(file, TRIO, penalty=penalty)[0]["singers"]
        for penalty in (0.05, 100.0)
    ]
    assert singers == [3, 1]


def test_more_singers_than_there_are_pieces(file, caplog):
    _, found = figures(file, [("ann", 1.5)], singers=7)
    assert [turn.singer for turn in found] == ["1"]
    assert "song.wav: of 7 singers 1 found" in caplog.text


def test_waveforms_as_files(file):
    waveform = song(*DUET)
    segmenter = Segmenter(Bands())
    heard = segmenter.listen_to(waveform.numpy(), RATE, singers=2)
    expected = segmenter.find(file(waveform), singers=2)
    assert heard.turns(heard.divisions[0]) == expected


def test_the_level_does_not_matter(file):
    segmenter = Segmenter(Bands())
    loud = segmenter.find(file(song(*DUET)), singers=2)
    quiet = segmenter.find(file(song(*DUET) / 100, "quiet.wav"), singers=2)
    assert [turn.singer for turn in loud] == [turn.singer for turn in quiet]


def test_what_cannot_be_is_refused_and_named(file):
    segmenter = Segmenter(Bands())
    with pytest.raises(ValueError, match="how many sing"):
        segmenter.find(file(song(*DUET)))
    with pytest.raises(ValueError, match="number of singers: 0"):
        segmenter.find(file(song(*DUET)), singers=0)
    with pytest.raises(AudioError, match=r"song\.wav: silent throughout"):
        segmenter.find(file(torch.zeros(RATE)), singers=2)
    with pytest.raises(AudioError, match=r"song\.wav: silent .* shorter"):
        segmenter.find(file(voice(0.04, 0)), singers=2)
    with pytest.raises(AudioError, match=r"song\.wav: nothing in it sounds"):
        segmenter.find(file(voice(0.06, 0)), singers=2)
    with pytest.raises(ValueError, match="penalty"):
        Segmenter(Bands(), penalty=-1)
    with pytest.raises(ValueError, match="hop"):
        Segmenter(Bands(), hop=1.5)


class Choosy(Bands):
    """Refuses what begins soft, as voice activity detection may."""

    def encode_batch(self, wavs, wav_lens=None):
        if wavs.std(dim=1).min() < 0.01:
            raise AudioError("no voice in a row")
        return super().encode_batch(wavs)


def test_what_the_encoder_takes_for_no_voice_is_nobody_s(file):
    hum = 0.03 * voice(3, 0)
    silence = torch.zeros(RATE)
    path = file(torch.cat([voice(3, -1), silence, hum, silence, voice(3, 1)]))
    found = Segmenter(Choosy()).find(path, singers=2)
    assert [(round(t.start), round(t.stop)) for t in found] == [(0, 3), (8, 11)]
    with pytest.raises(AudioError, match="no voice"):
        Segmenter(Choosy()).find(file(hum), singers=2)


def test_an_hour(tmp_path):
    """At a low rate, as block by block as at any; pieces are many."""

    class Slow(Bands):
        sample_rate = 1000

    rng = np.random.default_rng(0)
    path = tmp_path / "hour.flac"
    names = rng.permutation(np.repeat([0, 1], 60))
    sounds = [
        np.diff(rng.normal(size=30001)) if name else rng.normal(size=30000)
        for name in names
    ]
    soundfile.write(path, np.concatenate(sounds) / 20, 1000)
    encoder = Slow()
    found = Segmenter(encoder, hop=1.0).find(path, singers=2)
    reference = [(30 * n, 30 * n + 30, str(own)) for n, own in enumerate(names)]
    assert evaluate(found, reference)["DER"] < 0.02
    assert encoder.longest_batch <= 8


def test_of_too_many_pieces_some_are_clustered(file, monkeypatch):
    asked = []
    monkeypatch.setattr(grouping, "_MOST", 6)
    original = grouping.linkage
    monkeypatch.setattr(
        *(grouping, "linkage"),
        lambda vectors, way: (
            asked.append(len(vectors)) or original(vectors, way)
        ),
    )
    own, _ = figures(file, TRIO * 2, singers=3)
    assert asked == [6]
    assert own["DER"] < 0.1
