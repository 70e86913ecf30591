import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.corpora import prepare
from speechbrain_singer.dataio.evaluation_clips import EvaluationClips


def noise(seconds):
    generator = np.random.default_rng(0)
    return generator.uniform(-0.5, 0.5, round(seconds * 8000))


@pytest.fixture
def write(tmp_path, caplog):
    """Writes files at 8 kHz and prepares them: samples of each -> manifest."""

    def write(*recordings):
        for number, samples in enumerate(recordings):
            path = tmp_path / f"{number}.wav"
            soundfile.write(path, samples, 8000, "FLOAT")
        paths = prepare("folder", tmp_path, tmp_path / "save", 0, 0)
        caplog.clear()
        return paths.manifest

    return write


def find(clip, samples):
    """Where in the samples a clip was cut."""
    return int(np.correlate(samples, clip, "valid").argmax())


def test_clips_are_spread_and_do_not_overlap(write):
    samples = noise(2.3)
    clips = EvaluationClips(write(samples), 0.5, 8000, clips_per_recording=3)
    starts = [find(item["clip"].numpy(), samples) for item in clips]
    # In the middle of each third: 18400 / 3 = 6133 frames, 4000 of them
    assert starts == pytest.approx([1067, 7200, 13333], abs=1)


def test_a_recording_gives_what_it_has_time_for(write):
    manifest = write(noise(0.3), noise(1.2), noise(3))
    clips = EvaluationClips(manifest, 0.5, 8000, clips_per_recording=4)
    items = list(clips)
    assert [item["row"] for item in items] == [0, 1, 1, 2, 2, 2, 2]
    assert len(clips) == 7
    assert items[0]["clip"][2400:].abs().max() == 0
    assert all(item["clip"].shape == (4000,) for item in items)
    assert all(item["clip"].abs().max() == 1 for item in items)


def test_silence_is_avoided_where_possible(write):
    samples = noise(4)
    samples[2500:14000] = 0  # the middle of the first half and beyond
    clips = EvaluationClips(write(samples), 0.5, 8000, clips_per_recording=2)
    first, second = (item["clip"].numpy() for item in clips)
    assert (first != 0).mean() >= 0.5
    assert find(first, samples) == 0
    # 16000 to 32000 sounds: its middle it is
    assert find(second, samples) == 22000


def test_the_default_collation_stacks_them(write):
    clips = EvaluationClips(write(noise(1), noise(1)), 0.5)
    batch = next(iter(torch.utils.data.DataLoader(clips, batch_size=2)))
    assert batch["clip"].shape == (2, 22050)
    assert batch["row"].tolist() == [0, 1]


def test_a_lost_file_is_named_and_another_stands_in(write, tmp_path, caplog):
    manifest = write(noise(1), noise(1), noise(1))
    (tmp_path / "1.wav").unlink()
    clips = EvaluationClips(manifest, 0.5, 8000, clips_per_recording=2)
    rows = [clips[index]["row"] for index in range(len(clips))]
    assert rows == [0, 0, 2, 2, 2, 2]
    (message,) = caplog.messages
    assert str(tmp_path / "1.wav") in message


def test_no_file_at_all_is_an_error(write, tmp_path):
    manifest = write(noise(1))
    (tmp_path / "0.wav").unlink()
    with pytest.raises(RuntimeError, match="none of its 1 recordings"):
        EvaluationClips(manifest, 0.5)[0]
