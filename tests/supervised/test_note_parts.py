import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.notes import write_notes
from speechbrain_singer.supervised.note_parts import frames_of, sung_parts

RATE = 8000


class Blocks(torch.nn.Module):
    """The mean of each 20 ms."""

    sample_rate, frame_rate, first_frame = RATE, 50.0, 0.01

    def forward(self, wavs):
        assert not self.training
        return wavs.unfold(1, 160, 160).mean(-1, keepdim=True)


@pytest.fixture
def row(tmp_path):
    def make(name, song, notes=((0.21, 0.4, 60),)):
        path = tmp_path / f"{name}.wav"
        wav = np.sin(np.arange(2 * RATE) / 9) * (np.arange(2 * RATE) < RATE)
        soundfile.write(path, wav, RATE)
        write_notes(tmp_path / f"{name}.csv", notes)
        own = {"ID": name, "wav": str(path), "sample_rate": RATE, "start": 0}
        own |= {"stop": 2 * RATE, "song": song}
        return own | {"notes": str(tmp_path / f"{name}.csv")}

    return make


def test_songs_of_the_test_are_sung_nowhere_else(row):
    rows = {
        "train": [row("a", "x"), row("b", "y"), row("c", "z")],
        "valid": [row("d", "x"), row("e", "z")],
        "test": [row("f", "x")],
    }
    parts = sung_parts(rows)
    names = {n: [r["ID"] for r in part.rows] for n, part in parts.items()}
    assert names == {"train": ["b"], "valid": ["e"], "test": ["f"]}
    kept = sung_parts(rows, keep_shared_songs=True)
    assert {n: part.rows for n, part in kept.items()} == rows


def test_a_part_without_recordings_is_named(row):
    rows = {"train": [row("a", "x")], "valid": [], "test": [row("b", "y")]}
    with pytest.raises(ValueError, match="no recording is in the part 'valid'"):
        sung_parts(rows)


def test_chunks_have_the_labels_of_their_frames(row):
    own = row("a", "x", [(0.21, 0.4, 60), (0.53, 0.6, 62)])
    rows = {part: [own] for part in ("train", "valid", "test")}
    part = sung_parts(rows, keep_shared_songs=True)
    features, encoder = Blocks(), torch.nn.Identity()
    chunks = part["train"].chunks(features, encoder, 0.5, progressbar=False)
    # The second half of the recording is silent
    assert len(chunks) == 2
    assert chunks.label.shape == (2, 25, 4)
    # Frame k is centred on 10 + 20 k ms: 0.21 s is in frame 10, 0.53 in 1
    assert np.flatnonzero(chunks.label[0, :, 0]).tolist() == [10]
    assert np.flatnonzero(chunks.label[1, :, 0]).tolist() == [1]
    assert chunks.label[1, 1].tolist() == [1, 0, 2, 2]


def test_counting_frames_leaves_modes_as_they_are():
    features, encoder = Blocks().train(), torch.nn.Dropout().eval()
    assert frames_of(features, encoder, RATE) == 50
    assert features.training
    assert not encoder.training
