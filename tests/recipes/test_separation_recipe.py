"""Separation as a user runs it, by a small network and by a command."""

import csv

import numpy as np
import pytest
import soundfile
from evaluation_recipe import ROOT, run

SCRIPT = "recipes/separation/separate.py"
ADD_BAND = "recipes/separation/add_band.py"
# The network of the recipe with random weights: others cannot be fetched here
BUNDLE = "!new:speechbrain_singer.separation.hybrid_demucs.HybridDemucs\n"
SMALL = f"""{BUNDLE}\
        model: !new:torchaudio.models.HDemucs
            sources: [drums, bass, other, vocals]
            channels: 4
            depth: 5
"""


@pytest.fixture(scope="module")
def mixtures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixtures")
    random = np.random.default_rng(0)
    for name in ("Ann/one.wav", "Bob/two.flac"):
        (folder / name).parent.mkdir()
        samples = random.uniform(-0.5, 0.5, (30000, 2))
        soundfile.write(folder / name, samples, 44100)
    (folder / "Bob" / "bad.wav").write_text("no audio")
    return folder


@pytest.fixture
def separate(mixtures, tmp_path):
    """Runs the recipe with the small network; returns the table."""
    text = (ROOT / "hparams" / "separation.yaml").read_text()
    yaml = tmp_path / "separation.yaml"
    yaml.write_text(text.replace(BUNDLE, SMALL))

    def separate(*flags, **overrides):
        settings = {
            "data_folder": mixtures,
            "output_folder": tmp_path / "out",
            "segment_seconds": 0.5,
            **overrides,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        flags = ["--device=cpu", "--noprogressbar", *flags]
        run(SCRIPT, [str(yaml), *options, *flags])
        with (tmp_path / "out" / "separated.csv").open() as file:
            return list(csv.DictReader(file))

    return separate


COPY = {
    "separator": "command",
    "command": "cp {input} {folder}/vocals.wav",
    "accompaniment": "null",
}


def test_a_network(separate, tmp_path):
    rows = separate()
    assert [row["ID"] for row in rows] == [
        *("Ann/one.wav", "Bob/bad.wav", "Bob/two.flac")
    ]
    assert rows[1]["reason"].startswith("not an audio file")
    for row in rows[::2]:
        for column in ("path", "accompaniment"):
            info = soundfile.info(tmp_path / "out" / row[column])
            assert (info.frames, info.samplerate) == (30000, 44100)
        assert float(row["vocals_db"]) > -200
        assert row["singer"] in ("Ann", "Bob")


def test_it_goes_on_and_other_settings_are_refused(separate, tmp_path):
    first = separate(**COPY)
    done = tmp_path / "out" / "vocals" / "Ann" / "one.wav.flac"
    written = done.stat().st_ino, done.stat().st_mtime_ns
    (tmp_path / "out" / "vocals" / "Bob" / "two.flac.flac").unlink()
    assert separate(**COPY, batch_size=1, num_workers=1) == first
    assert (done.stat().st_ino, done.stat().st_mtime_ns) == written
    for other in ({"bits": 24}, {"separator": "hybrid_demucs"}):
        (name,) = other
        with pytest.raises(ValueError, match=f"other settings.* {name} is"):
            separate(**COPY | other)


def test_an_unknown_separator(separate):
    with pytest.raises(ValueError, match="there are hybrid_demucs, command"):
        separate(separator="spleeter")


def test_the_way_back(mixtures, tmp_path):
    folder = tmp_path / "with_band"
    options = [f"--data_folder={mixtures}", f"--output_folder={folder}"]
    yaml = str(ROOT / "hparams" / "add_band.yaml")
    run(ADD_BAND, [yaml, *options, "--noprogressbar"])
    with (folder / "recordings.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["singer"] for row in rows] == ["Ann", "Bob"]
    assert soundfile.info(folder / rows[1]["mixture"]).frames == 30000
