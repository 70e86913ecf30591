import errno
import os
import re

import pytest
import soundfile
import torch
from separators import Fickle, Identity, Loud

from speechbrain_singer.separation import separate_files as module
from speechbrain_singer.separation.loading import load_separator
from speechbrain_singer.separation.overlap import Segments
from speechbrain_singer.separation.separate_files import separate_files
from speechbrain_singer.separation.table import write_table


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def mixtures(write):
    names = ("Ann/1.wav", "Ann/2.wav", "Bob/1.mp3.wav", "top.wav")
    paths = [write(name, frames=9000 + n)[0] for n, name in enumerate(names)]
    return [
        {"ID": name, "mixture": str(path), "singer": name[:3]}
        for name, path in zip(names, paths, strict=True)
    ]


def run(separator, mixtures, out, **options):
    by_segments = load_separator(separator, {}, Segments(0.5, 0.1, 2), "cpu")
    options = {"progressbar": False, **options}
    return separate_files(by_segments, mixtures, out, **options)


def states(out):
    """When and where each file was written."""
    files = [path for path in out.rglob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in files}


def test_each_mixture_has_both_stems(mixtures, out):
    rows = run(Identity(), mixtures, out)
    assert [row["ID"] for row in rows] == [row["ID"] for row in mixtures]
    for n, row in enumerate(rows):
        assert row["path"] == f"vocals/{row['ID']}.flac"
        assert row["accompaniment"] == f"accompaniment/{row['ID']}.flac"
        vocals, rate = soundfile.read(out / row["path"], dtype="float32")
        expected, _ = soundfile.read(row["mixture"], dtype="float32")
        assert rate == 8000 and row["seconds"] == (9000 + n) / 8000
        assert abs(vocals - expected).max() < 1e-4
        assert row["singer"] == row["ID"][:3]
    assert len(states(out)) == 8


def test_what_is_done_stays(mixtures, out):
    first = run(Identity(), mixtures[:3], out)
    before = states(out)
    again = run(Identity(), mixtures, out)
    assert again[:3] == first
    assert before.items() <= states(out).items()
    assert len(states(out)) == 8


def test_a_mixture_that_has_changed_is_separated_anew(mixtures, out, write):
    run(Identity(), mixtures, out)
    before = states(out)
    write("Ann/2.wav", frames=5000)
    (out / "accompaniment" / "top.wav.flac").unlink()
    rows = run(Identity(), mixtures, out)
    assert rows[1]["seconds"] == 5000 / 8000
    changed = [p for p, time in states(out).items() if before.get(p) != time]
    assert {path.name for path in changed} == {"2.wav.flac", "top.wav.flac"}
    assert len(changed) == 4


def test_a_bad_file_costs_itself_only(mixtures, out, write, tmp_path, caplog):
    write("Ann/2.wav", peak=1.5)
    write("Bob/1.mp3.wav", peak=0)
    soundfile.write(tmp_path / "top.wav", [[-1.0, -1.0]] * 900, 8000)
    others = [
        {"ID": "no.wav", "mixture": str(tmp_path / "no.wav")},
        {"ID": "dots", "mixture": "dots", "reason": "broken link: to x"},
        {"ID": "a" * 254, "mixture": mixtures[0]["mixture"]},
    ]
    rows = run(Fickle(), mixtures + others, out)
    reasons = [row.get("reason") for row in rows]
    assert reasons[:3] == [None, "too hot", None]
    assert "holds samples that are NaN" in reasons[3]
    assert reasons[4:6] == ["no such file", "broken link: to x"]
    assert "File name too long" in reasons[6]
    assert "Ann/2.wav: too hot (left out)" in caplog.text
    assert len(states(out)) == 4


def test_a_full_disk_ends_it(mixtures, out, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space left", "vocals")

    monkeypatch.setattr(module, "write_stems", full)
    with pytest.raises(OSError, match="no space left"):
        run(Identity(), mixtures, out)


def test_memory_that_is_short_names_the_setting(mixtures, out):
    separator = Identity()

    def fail(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.\nOf 80 GiB ...")

    by_segments = load_separator(separator, {}, Segments(), "cpu")
    by_segments.separate_file = fail
    rows = separate_files(by_segments, mixtures, out, progressbar=False)
    expected = "CUDA out of memory. (lower batch_size)"
    assert {row["reason"] for row in rows} == {expected}


def test_what_would_be_clipped_is_told(mixtures, out, caplog):
    rows = run(Loud(), mixtures[:2], out) + run(Identity(), mixtures[2:], out)
    gains = [row["gain_db"] for row in rows]
    assert gains == pytest.approx([-6, -6, 0, 0], abs=0.2)
    write_table(out, rows)
    assert re.search(r"2 would be clipped, .* by 6\.\d+ dB at m", caplog.text)


def test_each_process_does_its_share(mixtures, out, monkeypatch):
    shares = []
    for rank in (1, 0):
        share = {"rank": rank, "world_size": 2}
        monkeypatch.setattr(module, "own_share", lambda share=share: share)

        def gather(own, rank=rank):
            shares.insert(0, own)
            return shares if rank == 0 else [own, own]

        monkeypatch.setattr(module, "gather_objects", gather)
        rows = run(Identity(), mixtures, out)
        assert len(states(out)) == (8 if rank == 0 else 4)
    assert [row["ID"] for row in rows] == [row["ID"] for row in mixtures]


@pytest.mark.parametrize("option", [{"bits": 32}, {"num_workers": 0}])
def test_what_cannot_be_is_refused(mixtures, out, option):
    with pytest.raises(ValueError, match=next(iter(option))):
        run(Identity(), mixtures, out, **option)
    assert not os.path.exists(out)
