import logging

import mido
import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.notes import read_notes, write_midi, write_notes
from speechbrain_singer.inference.transcriber import SingingTranscriber
from speechbrain_singer.lobes.notes_head import NotesHead
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

RATE, HOP = 8000, 160
WINDOW = 1.0  # s


class Levels(torch.nn.Module):
    """The root mean square of blocks, beside the crossings of zero."""

    sample_rate, min_samples = RATE, HOP
    frame_rate, first_frame = RATE / HOP, HOP / 2 / RATE

    def forward(self, wavs):
        blocks = wavs.unfold(1, HOP, HOP)
        crossings = (blocks[..., 1:] * blocks[..., :-1] < 0).float().mean(-1)
        return torch.stack([blocks.square().mean(-1).sqrt(), crossings], dim=1)


class Rises(torch.nn.Module):
    """For each frame the level, its rise since the one before, the pitch."""

    embedding_dim = 4

    def forward(self, features):
        level, crossings = features.unbind(1)
        before = torch.nn.functional.pad(level, (1, 0))[:, :-1]
        high = (crossings > 0.1).float()
        return torch.stack([level, level - before, high, 1 - high], dim=-1)


def head():
    """Onsets where the level rises, 60 for low tones and 61 for high ones."""
    head = NotesHead(4)
    with torch.no_grad():
        head.linear.weight.zero_()
        head.linear.bias.zero_()
        head.linear.weight[0, 1] = 100.0
        head.linear.bias[0] = -3.0
        head.linear.weight[1, 0] = -100.0
        head.linear.bias[1] = 4.0
        head.linear.bias[2 + 2] = 5.0  # octave of 60 to 71
        head.linear.weight[7 + 0, 3] = 5.0
        head.linear.weight[7 + 1, 2] = 5.0
    return head


@pytest.fixture
def transcriber():
    modules = {"encoder": WaveformEncoder(Levels(), Rises()), "head": head()}
    return SingingTranscriber(modules, {"window_seconds": WINDOW})


def song(notes, seconds, rate=RATE):
    """[time], tones of 200 Hz (60) and of 900 Hz (61), silence between."""
    times = np.arange(round(seconds * rate)) / rate
    wav = np.zeros(len(times), np.float32)
    for onset, offset, pitch in notes:
        sung = (times >= onset) & (times < offset)
        hertz = 200 if pitch == 60 else 900
        wav[sung] = 0.3 * np.sin(2 * np.pi * hertz * times[sung])
    return wav


# Notes across borders of windows, and a rest that is longer than a window
NOTES = [(0.1, 0.4, 60), (0.6, 3.7, 61), (3.9, 4.0, 60), (7.42, 9.5, 60)]


def close(found, expected):
    """Onsets and offsets to a frame, of which a note takes the nearest."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, found
    assert np.abs(found[:, :2] - expected[:, :2]).max() <= 1.5 / 50
    assert (found[:, 2] == expected[:, 2]).all()


def test_notes_of_a_long_file_across_its_windows(transcriber, tmp_path):
    path = tmp_path / "song.wav"
    soundfile.write(path, song(NOTES, 10.0, 16000), 16000, subtype="FLOAT")
    close(transcriber.transcribe_file(path), NOTES)
    close(transcriber.transcribe_batch(song(NOTES, 10.0))[0], NOTES)
    stereo = np.stack([song(NOTES, 10.0, 16000)] * 2)
    close(transcriber.transcribe_waveform(stereo, 16000), NOTES)


@pytest.mark.parametrize("seconds", [0.02, 0.5, 0.999, 1.0, 1.001, 1.02, 30.0])
def test_digital_silence_has_no_notes(transcriber, seconds):
    # The network alone would hear a note
    transcriber.mods.head.linear.bias[0] = 9.0
    wav = torch.zeros(round(seconds * RATE))
    (notes,) = transcriber.transcribe_batch(wav)
    assert notes.shape == (0, 3)


def test_what_cannot_be_computed_of_silence_is_silence(transcriber):
    def dividing(wavs):
        frames = Rises()(Levels()(wavs))
        return frames / wavs.abs().amax(dim=1)[:, None, None]

    transcriber.mods.encoder.forward = dividing
    (notes,) = transcriber.transcribe_batch(np.zeros(5 * RATE, np.float32))
    assert notes.shape == (0, 3)


def test_notes_depend_on_nothing_else_in_the_batch(transcriber):
    songs = [song(NOTES, 10.0), song(NOTES[:1], 0.5), song(NOTES[:2], 4.0)]
    padded = torch.full((3, 80000), 0.9)
    for row, wav in zip(padded, songs, strict=True):
        row[: len(wav)] = torch.from_numpy(wav)
    lens = torch.tensor([len(wav) / 80000 for wav in songs])
    found = transcriber(padded, lens)
    for notes, wav in zip(found, songs, strict=True):
        np.testing.assert_array_equal(
            notes, transcriber.transcribe_batch(wav)[0]
        )
    assert [len(notes) for notes in found] == [4, 1, 2]


def test_a_bad_file_costs_itself_only(transcriber, tmp_path, caplog):
    good, short, text = (tmp_path / n for n in ("a.wav", "b.wav", "c.wav"))
    soundfile.write(good, song(NOTES, 10.0), RATE, subtype="FLOAT")
    soundfile.write(short, song([], 0.01), RATE)
    text.write_text("no audio")
    with caplog.at_level(logging.WARNING):
        found = transcriber.transcribe_files(
            [short, good, text], progressbar=False
        )
    assert found[0] is found[2] is None
    close(found[1], NOTES)
    assert "b.wav: too short to transcribe: 80 samples" in caplog.text
    assert "c.wav" in caplog.text
    with pytest.raises(AudioError, match="none of 2 files can be transcribed"):
        transcriber.transcribe_files([short, text], progressbar=False)
    with pytest.raises(AudioError, match="too short"):
        transcriber.transcribe_file(short)
    with pytest.raises(TypeError, match="a list of paths"):
        transcriber.transcribe_files(good)


def test_stretches_of_a_file_are_recordings(transcriber, tmp_path):
    path = tmp_path / "song.wav"
    soundfile.write(path, song(NOTES, 10.0), RATE, subtype="FLOAT")
    row = {"wav": path, "start": 5 * RATE, "stop": 10 * RATE}
    (notes,) = transcriber.transcribe_rows([row])
    close(notes, [(2.42, 4.5, 60)])


def test_notes_leave_as_csv_and_midi(transcriber, tmp_path):
    (notes,) = transcriber.transcribe_batch(song(NOTES, 10.0))
    write_notes(tmp_path / "a.csv", notes)
    np.testing.assert_allclose(read_notes(tmp_path / "a.csv"), notes)
    write_midi(tmp_path / "a.mid", notes)
    on = [m for m in mido.MidiFile(tmp_path / "a.mid") if m.type == "note_on"]
    assert [message.note for message in on] == [60, 61, 60, 60]


def test_what_it_cannot_be_made_of_is_named():
    modules = {"encoder": WaveformEncoder(Levels(), Rises())}
    with pytest.raises(ValueError, match="modules lack 'head'"):
        SingingTranscriber(modules, {"window_seconds": 1.0})
    modules["head"] = head()
    with pytest.raises(ValueError, match="longer windows are needed"):
        SingingTranscriber(modules, {"window_seconds": 0.03})

    class Timeless(torch.nn.Module):
        sample_rate, min_samples = RATE, HOP

    modules["encoder"] = WaveformEncoder(Timeless(), Rises())
    with pytest.raises(ValueError, match="Timeless does not say when"):
        SingingTranscriber(modules, {"window_seconds": 1.0})
