"""Networks of one length are built for the chunks that are asked for."""

from pathlib import Path

import pytest

from speechbrain_singer.settings import load_settings, parse_arguments

HPARAMS = Path(__file__).parents[2] / "hparams"


@pytest.mark.parametrize(
    ("name", "seconds", "attribute", "expected"),
    [
        ("crnn_singer", 3.0, "frames", 94),  # 1 + 48000 // 512
        ("technique_cnn", 2.0, "samples", 88200),
    ],
)
def test_the_length_follows_the_chunks(
    tmp_path, name, seconds, attribute, expected
):
    path = str(HPARAMS / f"{name}.yaml")
    given = ["--chunk_seconds", str(seconds), "--output_folder", str(tmp_path)]
    file, _, overrides = parse_arguments([path, *given])
    fold = {"fold": 0} if name == "crnn_singer" else {}
    hparams = load_settings(file, overrides | fold)
    assert getattr(hparams["encoder"], attribute) == expected
