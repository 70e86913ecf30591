from dataclasses import replace

import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.locks import one_at_a_time
from speechbrain_singer.dataio.voice_store import VoiceSettings, VoiceStore
from speechbrain_singer.evaluation.fingerprint import PACKAGE
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.supervised import person_store
from speechbrain_singer.supervised.person_store import (
    prepare_voices,
    synthesise,
)
from speechbrain_singer.synthesis.persons import record_person

SETTINGS = VoiceSettings(seed=7, recordings=2, seconds=1.0, block=2)


def store_in(folder):
    return VoiceStore(folder, SETTINGS)


def blocks(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.npy")}


@pytest.fixture(scope="module")
def voices(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voices")
    return prepare_voices(store_in(folder), 4, workers=1, progressbar=False)


@pytest.fixture
def noise(monkeypatch):
    """Persons who are heard at once; the list of who was."""
    heard = []

    def record(seed, index, recordings, seconds, without):
        assert without == []
        heard.append(index)
        generator = torch.Generator().manual_seed(index)
        time = int(44100 * seconds)
        return torch.randn(recordings, time, generator=generator)

    monkeypatch.setattr(person_store, "record_person", record)
    return heard


def test_keeps_what_the_front_end_takes(voices):
    features = LogMel(hop_length=1024, n_mels=80)
    for person in range(4):
        expected = features(record_person(7, person, 2, 1.0))
        kept = torch.from_numpy(np.array(voices[person]))
        assert kept.dtype == torch.float16
        assert kept.amax(dim=(1, 2)).tolist() == [0, 0]
        assert kept.min() >= -100
        # A step of float16 at 64 dB is 0.06 dB of the 40 that are 1
        found = features.scale(kept.float())
        assert torch.allclose(found, expected, atol=1e-3)


def test_goes_on_with_the_block_that_lacks(tmp_path, noise):
    store = store_in(tmp_path)
    prepare_voices(store, 6, workers=1, progressbar=False)
    whole = blocks(tmp_path)
    assert noise == [0, 1, 2, 3, 4, 5]
    store.path(1).unlink()
    prepare_voices(store, 6, workers=1, progressbar=False)
    assert noise == [0, 1, 2, 3, 4, 5, 2, 3]
    assert blocks(tmp_path) == whole


def test_one_that_was_killed_leaves_whole_blocks(tmp_path, noise, monkeypatch):
    record = person_store.record_person

    def die(seed, index, *args, **settings):
        if index == 3:
            raise KeyboardInterrupt
        return record(seed, index, *args, **settings)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(person_store, "record_person", die)
        prepare_voices(store_in(tmp_path), 4, workers=1, progressbar=False)
    assert list(blocks(tmp_path)) == ["block-00000.npy"]
    prepare_voices(store_in(tmp_path), 4, workers=1, progressbar=False)
    assert noise == [0, 1, 2, 2, 3]


def test_several_processes_write_the_same(voices, tmp_path):
    prepare_voices(store_in(tmp_path), 4, workers=2, progressbar=False)
    assert blocks(tmp_path) == blocks(voices.paths[0].parent)


@pytest.mark.parametrize("cores", [{0}, {0, 3, 5}])
def test_takes_the_cores_that_this_process_may_use(
    tmp_path, cores, monkeypatch
):
    taken = []

    def count(function, numbers, workers):
        taken.append(workers)
        return map(store_in(tmp_path).path, numbers)

    monkeypatch.setattr(person_store, "_at_once", count)
    monkeypatch.setattr(
        "os.sched_getaffinity", lambda process: cores, raising=False
    )
    synthesise(store_in(tmp_path), 4, progressbar=False)
    assert taken == [len(cores)]


def test_no_workers_are_refused(tmp_path, noise):
    with pytest.raises(ValueError, match="synthesis_workers: 0"):
        synthesise(store_in(tmp_path), 4, workers=0)


def test_of_several_processes_none_waits_for_another(
    tmp_path, noise, monkeypatch
):
    monkeypatch.setattr(person_store, "several_processes", lambda: True)
    with pytest.raises(FileNotFoundError, match=r"lacks 2 files .*synthesise"):
        prepare_voices(store_in(tmp_path), 4)
    assert noise == []
    synthesise(store_in(tmp_path), 4, workers=1, progressbar=False)
    # Even while another run is at it
    with one_at_a_time(tmp_path):
        assert len(prepare_voices(store_in(tmp_path), 4)) == 4


def test_persons_of_other_code_are_refused(tmp_path, noise, monkeypatch):
    prepare_voices(store_in(tmp_path), 2, workers=1, progressbar=False)
    monkeypatch.setattr(person_store, "CODE", ("lobes/features.py",))
    with pytest.raises(ValueError, match=r"code is .* now, .* then"):
        prepare_voices(store_in(tmp_path), 2, workers=1, progressbar=False)


@pytest.mark.parametrize("pattern", person_store.CODE)
def test_the_code_is_where_it_was(pattern):
    assert list(PACKAGE.glob(pattern))


def test_persons_that_fill_no_file_are_refused_first(tmp_path, noise):
    with pytest.raises(ValueError, match="persons is 3: a multiple of 2"):
        prepare_voices(store_in(tmp_path), 3, workers=1, progressbar=False)
    assert noise == []


def test_an_unknown_factor_leaves_the_folder_as_it_was(tmp_path, noise):
    store = VoiceStore(tmp_path, replace(SETTINGS, without=["larinx"]))
    with pytest.raises(ValueError, match=r"no factor .larinx."):
        prepare_voices(store, 4, workers=1, progressbar=False)
    assert list(tmp_path.iterdir()) == noise == []
