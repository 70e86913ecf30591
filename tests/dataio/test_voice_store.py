import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from speechbrain_singer.dataio.voice_store import (
    SETTINGS_FILE,
    VoiceSettings,
    VoiceStore,
)

SETTINGS = VoiceSettings(seed=3, recordings=2, seconds=0.1, n_mels=5, block=3)


@pytest.fixture
def store(tmp_path):
    store = VoiceStore(tmp_path / "voices", SETTINGS)
    store.claim("0123")
    return store


def decibels(block):
    rng = np.random.default_rng(block)
    return -100 * rng.random(SETTINGS.shape, np.float32)


def test_frames_are_those_of_the_front_end():
    import torch

    from speechbrain_singer.lobes.features import LogMel

    settings = VoiceSettings(seed=1)
    features = LogMel(hop_length=1024, n_mels=80)
    wavs = torch.zeros(1, int(4.5 * 44100))
    assert settings.frames == features(wavs).shape[2] == 194
    assert settings.shape == (1000, 80, 194)


def test_gives_back_what_was_written(store):
    for block in range(2):
        store.write(block, decibels(block))
    voices = store.voices(6)
    assert len(voices) == 6
    for voice in range(6):
        block, place = divmod(voice, 3)
        expected = decibels(block)[2 * place : 2 * place + 2]
        np.testing.assert_array_equal(
            voices[voice], expected.astype(np.float16)
        )


def test_workers_of_a_loader_are_told_the_paths_alone(store):
    store.write(0, decibels(0))
    voices = store.voices(3)
    sent = pickle.dumps(voices)
    assert len(sent) < decibels(0).nbytes
    np.testing.assert_array_equal(pickle.loads(sent)[1], voices[1])


def test_says_what_is_missing(store):
    store.write(1, decibels(1))
    assert store.missing(9) == [0, 2]
    with pytest.raises(FileNotFoundError, match="block-00000"):
        store.voices(9)


def test_persons_fill_their_files(store):
    with pytest.raises(ValueError, match="persons is 7: a multiple of 3"):
        store.missing(7)
    with pytest.raises(ValueError, match="persons"):
        store.missing(0)


def test_is_claimed_again_by_the_same_settings(store):
    store.write(0, decibels(0))
    VoiceStore(store.folder, SETTINGS).claim("0123")
    assert store.missing(3) == []


def test_other_settings_are_refused_and_named(store):
    store.write(0, decibels(0))
    other = VoiceStore(store.folder, replace(SETTINGS, n_mels=7))
    with pytest.raises(ValueError, match="n_mels is 7 now, 5 then"):
        other.claim("0123")
    with pytest.raises(ValueError, match="code is 4567 now, 0123 then"):
        store.claim("4567")


def test_a_folder_without_blocks_takes_other_settings(store):
    other = VoiceStore(store.folder, replace(SETTINGS, n_mels=7))
    other.claim("0123")
    assert json.loads(note_of(store))["n_mels"] == 7


def test_the_order_of_what_voices_lack_does_not_count(store):
    for names in (["b", "a"], ["a", "b"], ("a", "b", "a")):
        settings = replace(SETTINGS, without=names)
        VoiceStore(store.folder, settings).claim("0123")
        assert json.loads(note_of(store))["without"] == ["a", "b"]
        store.write(0, decibels(0))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("block", 0), ("recordings", 0), ("seconds", 0.0), ("seed", -1)),
        *(("n_mels", 0), ("hop_length", 0), ("sample_rate", 44100.0)),
        *(("n_fft", 1), ("without", "larynx")),
    ],
)
def test_settings_that_cannot_be_are_named(name, value):
    with pytest.raises(ValueError, match=name):
        replace(SETTINGS, **{name: value})


def note_of(store):
    return (store.folder / SETTINGS_FILE).read_text()


def test_blocks_of_unknown_settings_are_refused(store):
    store.write(0, decibels(0))
    (store.folder / SETTINGS_FILE).unlink()
    with pytest.raises(ValueError, match="holds blocks, and no voices"):
        store.claim("0123")


def test_a_block_of_another_shape_is_refused(store):
    with pytest.raises(ValueError, match="a block of"):
        store.write(0, decibels(0)[1:])


def test_a_write_that_ends_early_leaves_nothing(store, monkeypatch):
    def die(file, array):
        file.write(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(np, "save", die)
        store.write(0, decibels(0))
    assert [path.name for path in store.folder.iterdir()] == [SETTINGS_FILE]


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "double"])
def test_a_damaged_block_is_named(store, damage):
    store.write(0, decibels(0))
    path = store.path(0)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other":
        np.save(path, decibels(0)[1:].astype(np.float16))
    else:
        np.save(path, decibels(0).astype(np.float64))
    with pytest.raises(ValueError, match=r"block-00000.npy: .*delete it"):
        store.voices(3)
