"""The embedded corpus knows what it is made of: for every task, the truth."""

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.corpora import synthetic
from speechbrain_singer.corpora.synthetic import list_recordings
from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.synthesis import TECHNIQUES, synthesiser
from speechbrain_singer.synthesis.sessions import Plan, draw_sessions

OPTIONS = {"singers": 4, "songs_per_singer": 4, "repertoire": 4}
OPTIONS |= {"seconds": 3.0, "seed": 3, "mixtures": True}
OPTIONS |= {"techniques": ["straight", "belt"], "albums_per_singer": 2}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "synthetic"
    return folder, list_recordings(folder, **OPTIONS)


@pytest.fixture
def unsung(monkeypatch):
    """Lists without a sound."""
    monkeypatch.setattr(synthetic, "synthesise_files", lambda *_: None)


def test_notes_are_what_the_tracker_hears(corpus):
    errors = []
    for row in corpus[1]:
        samples, rate = soundfile.read(row["path"], dtype="float32")
        hertz = [440 * 2 ** ((n[2] - 69) / 12) for n in row["notes"]]
        tracker = F0Tracker(0.6 * min(hertz), 1.7 * max(hertz), rate)
        wavs = torch.from_numpy(samples)[None]
        f0, voiced = tracker.track(tracker.decimate(wavs))
        times = np.arange(f0.shape[1]) * tracker.hop / rate
        for onset, offset, pitch in row["notes"]:
            assert 0 <= onset < offset <= 3.0
            if offset - onset > 0.4:
                held = (times > onset + 0.15) & (times < offset - 0.15)
                hertz = f0[0].numpy()[held & voiced[0].numpy()]
                heard = 69 + 12 * np.log2(np.median(hertz) / 440)
                errors.append(heard - pitch)
    assert len(errors) > 30
    # The tracker takes an octave now and then, singers their freedom
    assert np.median(np.abs(errors)) < 0.15
    assert np.mean(np.abs(errors) < 0.5) > 0.9


def test_listing_needs_no_performance(unsung, tmp_path, monkeypatch):
    monkeypatch.setattr(synthesiser, "perform", None)
    rows = list_recordings(tmp_path / "corpus")
    assert len(rows) == 600
    assert all(row["notes"][-1][1] <= 8.0 for row in rows)


def test_stems_add_up_to_the_mixture(corpus):
    balances = []
    for row in corpus[1]:
        files = [row[name] for name in ("path", "accompaniment", "mixture")]
        stem = f"{row['singer']}_{row['song']}"
        assert [Path(file).name for file in files] == [
            *(f"{stem}.wav", f"{stem}.accompaniment.wav", f"{stem}.mixture.wav")
        ]
        assert {Path(file).parent for file in files} == {
            corpus[0] / row["singer"]
        }
        (vocals, _), (band, _), (mixture, rate) = (
            soundfile.read(file, dtype="int16") for file in files
        )
        assert (rate, len(mixture)) == (44100, 3 * 44100)
        total = vocals.astype(int) + band
        assert np.array_equal(total, mixture)
        assert np.abs(mixture.astype(int)).max() < 0.99 * 2**15
        power = [np.mean(x.astype(float) ** 2) for x in (vocals, band)]
        balances.append(10 * np.log10(power[0] / power[1]))
    assert -3.1 < min(balances) < 0 and 3 < max(balances) < 6.1


def test_everybody_sings_the_whole_repertoire(corpus):
    songs = defaultdict(set)
    for row in corpus[1]:
        songs[row["singer"]].add(row["song"])
    assert set(map(len, songs.values())) == {4}
    assert len(frozenset.union(*map(frozenset, songs.values()))) == 4


def test_techniques_take_turns_among_singers_and_among_songs(corpus):
    by_singer, by_song = defaultdict(set), defaultdict(set)
    for row in corpus[1]:
        by_singer[row["singer"]].add(row["technique"])
        by_song[row["song"]].add(row["technique"])
    for sung in (*by_singer.values(), *by_song.values()):
        assert sung == {"straight", "belt"}


def test_albums_belong_to_one_singer(corpus):
    singers, counts = defaultdict(set), defaultdict(int)
    for row in corpus[1]:
        singers[row["album"]].add(row["singer"])
        counts[row["album"]] += 1
    assert len(singers) == 8
    assert all(len(names) == 1 for names in singers.values())
    assert set(counts.values()) == {2}


def test_albums_share_the_channel_and_nothing_else():
    plan = Plan(3, 6, 1.0, seed=3, albums_per_singer=3)
    seeds, channels = set(), defaultdict(set)
    for session in draw_sessions(plan):
        recording = session.take.recording
        seeds.add(recording.seed)
        channels[session.album].add(replace(recording, seed=0))
    assert len(seeds) == 18
    assert len(channels) == 9
    assert all(len(channel) == 1 for channel in channels.values())
    assert len(set.union(*channels.values())) == 9


def test_what_is_missing_of_a_mixture_comes_back(corpus):
    folder, rows = corpus
    before = {p: p.read_bytes() for p in folder.rglob("*.wav")}
    assert len(before) == 48
    Path(rows[3]["mixture"]).unlink()
    assert list_recordings(folder, **OPTIONS) == rows
    assert {p: p.read_bytes() for p in folder.rglob("*.wav")} == before


def test_a_folder_of_before_there_was_a_choice_is_one_of_defaults(
    unsung, tmp_path
):
    options = {"singers": 2, "songs_per_singer": 1, "seconds": 1.0, "seed": 5}
    folder = tmp_path / "corpus"
    rows = list_recordings(folder, **options)
    note = folder / synthetic.PARAMETERS_FILE
    written = json.loads(note.read_text())
    assert (written["techniques"], written["repertoire"]) == ([], 40)
    note.write_text(json.dumps({"version": 1, **options}))
    assert list_recordings(folder, **options) == rows
    with pytest.raises(ValueError, match="mixtures=False there, True asked"):
        list_recordings(folder, **options, mixtures=True)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"techniques": ["yodel"]}, "no technique 'yodel'; there are straight"),
        ({"techniques": "belt"}, "techniques is 'belt'; it must be a list"),
        ({"mixtures": "yes"}, "mixtures is 'yes'; it must be true or false"),
        ({"albums_per_singer": 5}, "albums_per_singer is 5"),
        ({"repertoire": 3}, "songs_per_singer is 4"),
        ({"repertoire": 0}, "repertoire is 0"),
    ],
)
def test_options_that_cannot_be_are_named(tmp_path, bad, message):
    with pytest.raises(ValueError, match=message):
        list_recordings(tmp_path / "corpus", **{**OPTIONS, **bad})
    assert not (tmp_path / "corpus").exists()


def test_all_techniques_make_a_corpus(tmp_path):
    options = {"singers": 1, "songs_per_singer": 7, "seconds": 1.0}
    rows = list_recordings(
        tmp_path / "corpus", **options, techniques=list(TECHNIQUES)
    )
    assert [row["technique"] for row in rows] == list(TECHNIQUES)
    for row in rows:
        samples, _ = soundfile.read(row["path"])
        assert 0.2 < np.abs(samples).max() < 0.9
