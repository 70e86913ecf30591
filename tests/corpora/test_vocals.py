import pytest

from speechbrain_singer.corpora.vocals import with_vocals


def lay(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    "name",
    [
        "stems/htdemucs/214/vocals.wav",  # demucs
        "stems/214_umxl/vocals.wav",  # open-unmix
        "stems/214_umx/vocals.wav",
        "stems/214/vocals.wav",  # Spleeter
        "stems/214_vocals.wav",
        "stems/214.vocals.flac",
        "stems/mdx_extra/214/Vocals.mp3",
        "stems/vocals/14/214.mp3.flac",  # recipes/separation
        "stems/Vocals/14/214.mp3.flac",
    ],
)
def test_every_program_names_vocals_in_its_way(tmp_path, name):
    lay(tmp_path, name, "stems/htdemucs/214/drums.wav")
    mixture = str(tmp_path / "14" / "214.mp3")
    (row,) = with_vocals([{"path": mixture, "song": "1"}], tmp_path, "stems")
    path = str(tmp_path / name)
    assert row == {"path": path, "mixture": mixture, "song": "1"}


@pytest.mark.parametrize(
    "name",
    ["7/no_vocals.wav", "7/accompaniment.wav", "7_no_vocals.wav"],
)
def test_the_rest_is_taken_too(tmp_path, name):
    lay(tmp_path, "7/vocals.wav", name)
    (row,) = with_vocals([{"path": "7.mp3"}], tmp_path, ".")
    assert row["accompaniment"] == str(tmp_path / name)
    assert row["path"] == str(tmp_path / "7" / "vocals.wav")


def test_what_the_recipe_of_separation_wrote(tmp_path):
    names = [f"{kind}/a/7.mp3.flac" for kind in ("vocals", "accompaniment")]
    lay(tmp_path, *names, "other/a/7.mp3.flac")
    (row,) = with_vocals([{"path": "7.mp3"}], tmp_path, ".")
    assert row["path"] == str(tmp_path / names[0])
    assert row["accompaniment"] == str(tmp_path / names[1])


def test_a_mixture_without_vocals_is_not_taken_for_vocals(tmp_path):
    lay(tmp_path, "stems/7/vocals.wav")
    rows = [{"path": "7.mp3"}, {"path": "8.mp3"}, {"path": "x", "reason": "y"}]
    assert with_vocals(rows, tmp_path, "stems")[1:] == [
        {"path": "8.mp3", "reason": "no vocals: none in stems"},
        {"path": "x", "reason": "y"},
    ]


def test_without_a_folder_mixtures_stay(tmp_path):
    rows = [{"path": "7.mp3"}]
    assert with_vocals(rows, tmp_path, None) == rows


def test_vocals_of_two_programs_are_an_error(tmp_path):
    lay(tmp_path, "umx/7_umxl/vocals.wav", "htdemucs/7/vocals.wav")
    with pytest.raises(ValueError, match="two files are the vocals of 7: "):
        with_vocals([{"path": "7.mp3"}], tmp_path, ".")
    (row,) = with_vocals([{"path": "7.mp3"}], tmp_path, "umx")
    assert row["path"] == str(tmp_path / "umx" / "7_umxl" / "vocals.wav")


def test_a_folder_without_vocals_is_an_error(tmp_path):
    lay(tmp_path, "stems/9/vocals.wav")
    with pytest.raises(FileNotFoundError, match="should be 7/vocals"):
        with_vocals([{"path": "7.mp3"}], tmp_path, "stems")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        with_vocals([{"path": "7.mp3"}], tmp_path, "nowhere")
