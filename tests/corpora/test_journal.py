import os

import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora import probe
from speechbrain_singer.corpora.journal import Journal
from speechbrain_singer.corpora.probe import probe_recordings


@pytest.fixture
def recordings(tmp_path):
    tone = np.sin(np.arange(9000) / 9) / 2
    for name in "abcdef":
        soundfile.write(tmp_path / f"{name}.wav", tone, 44100)
    return [{"path": str(tmp_path / f"{name}.wav")} for name in "abcdef"]


@pytest.fixture
def looked_at(monkeypatch):
    """The files that were opened."""
    names, attempt = [], probe.probe

    def noting(path, min_seconds):
        names.append(os.path.basename(path)[0])
        return attempt(path, min_seconds)

    monkeypatch.setattr(probe, "probe", noting)
    return names


def test_a_killed_probing_goes_on(recordings, looked_at, tmp_path, monkeypatch):
    noted = tmp_path / "probed.jsonl"
    monkeypatch.setattr("speechbrain_singer.corpora.journal.EVERY", 0)
    with pytest.raises(KeyboardInterrupt), Journal(noted) as journal:
        for row in recordings[:3]:
            key = journal.key([row["path"]], 0.1)
            journal.add(key, probe.probe(row["path"], 0.1))
        raise KeyboardInterrupt
    # The kill came in the middle of a line
    noted.write_text(noted.read_text() + '["1f2')
    looked_at.clear()
    usable, skipped = probe_recordings(recordings, 0.1, noted)
    assert sorted(looked_at) == ["d", "e", "f"]
    assert (usable, skipped) == probe_recordings(recordings, 0.1)
    whole = noted.read_bytes()
    assert probe_recordings(recordings, 0.1, noted)[0] == usable
    assert noted.read_bytes() == whole
    assert len(whole.splitlines()) == 6


def test_what_has_changed_is_looked_at_again(recordings, looked_at, tmp_path):
    noted = tmp_path / "probed.jsonl"
    probe_recordings(recordings, 0.1, noted)
    looked_at.clear()
    soundfile.write(recordings[1]["path"], np.ones(9000) / 3, 22050)
    os.utime(recordings[4]["path"], (1, 1))
    probe_recordings(recordings, 0.1, noted)
    assert sorted(looked_at) == ["b", "e"]
    looked_at.clear()
    probe_recordings(recordings, 0.05, noted)  # another least length
    assert sorted(looked_at) == list("abcdef")


def test_what_cannot_be_used_is_looked_at_again(
    recordings, looked_at, tmp_path
):
    recordings[0]["path"] = str(tmp_path / "zero.wav")
    (tmp_path / "zero.wav").touch()
    noted = tmp_path / "probed.jsonl"
    _, (row,) = probe_recordings(recordings, 0.1, noted)
    assert row["path"].endswith("zero.wav")
    looked_at.clear()
    probe_recordings(recordings, 0.1, noted)
    assert looked_at == ["z"]
