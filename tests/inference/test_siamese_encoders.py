"""Encoders whose recordings are compared by squared distance."""

import shutil

import numpy as np
import pytest
import soundfile
import torch
from small_encoders import (
    RATE,
    SAMPLES,
    SECONDS,
    small_encoder,
    sound,
    windows_of,
)

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import (
    read_calibration,
    store_calibration,
    store_threshold,
)
from speechbrain_singer.scoring.calibration import Calibration

CPU = {"device": "cpu"}
# Minus 3 squared is a score like any other, but no cosine
DISTANT = -9.0


@pytest.fixture(scope="module")
def network():
    return small_encoder(output_dim=5)


@pytest.fixture(scope="module")
def exported(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("siamese") / "encoder"
    return export_encoder(
        folder, network, SECONDS, score="squared_distance", threshold=DISTANT
    )


@pytest.fixture
def siamese(exported):
    return SingerEncoder.from_hparams(exported, run_opts=CPU)


@pytest.fixture
def copy(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "encoder")


def write(path, audio):
    soundfile.write(path, audio.numpy(), RATE, subtype="FLOAT")
    return path


def test_a_recording_is_the_plain_mean_of_its_windows(
    siamese, network, tmp_path
):
    audio = sound(4 * SAMPLES + 999)
    windows = windows_of(audio)
    assert len(windows) == 5
    with torch.no_grad():
        outputs = network(windows)
    expected = outputs.mean(dim=0)
    path = write(tmp_path / "a.wav", audio)
    for embedding in (
        siamese.encode_batch(audio)[0, 0],
        siamese.encode_waveform(audio, RATE),
        siamese.encode_file(path),
        siamese.encode_files([path], progressbar=False)[0],
    ):
        torch.testing.assert_close(embedding, expected, atol=1e-5, rtol=1e-4)
    # Another one than that of the directions, of whatever length
    directions = torch.nn.functional.normalize(outputs, dim=1).mean(dim=0)
    scale = (directions @ expected) / directions.square().sum()
    assert (scale * directions - expected).abs().max() > 1e-4
    assert expected.norm() != pytest.approx(1, abs=0.05)


def test_silent_windows_do_not_count(siamese):
    audio = sound(2 * SAMPLES)
    rest = torch.zeros(3 * SAMPLES)
    whole = siamese.encode_batch(torch.cat([rest, audio]))[0, 0]
    expected = siamese.encode_batch(audio)[0, 0]
    torch.testing.assert_close(whole, expected, atol=1e-5, rtol=1e-4)


def test_distances_by_hand(siamese, tmp_path):
    wavs = [sound(SAMPLES, 1), sound(3 * SAMPLES, 2) ** 3]
    paths = [write(tmp_path / f"{n}.wav", wav) for n, wav in enumerate(wavs)]
    one, other = (siamese.encode_file(path).numpy() for path in paths)
    expected = -float(np.sum((one - other) ** 2))
    assert expected < -1e-3
    decision = siamese.verify_files(*paths)
    assert decision.score == pytest.approx(expected, rel=1e-4)
    assert decision.same_singer is bool(expected > DISTANT)
    for nearer, same in ((0.9, False), (1.1, True)):
        decision = siamese.verify_files(*paths, threshold=nearer * expected)
        assert decision.same_singer is same
    batch = siamese.verify_batch([wavs[0], wavs[0]], wavs, threshold=-1e-6)
    assert batch.score.shape == (2, 1)
    np.testing.assert_allclose(
        batch.score.flatten(), [0, expected], rtol=1e-4, atol=1e-9
    )
    assert batch.same_singer.tolist() == [[True], [False]]


def test_what_the_folder_says(siamese, exported, network, tmp_path):
    assert siamese.score == "squared_distance"
    assert siamese.threshold == DISTANT
    assert "\nscore: squared_distance\n" in read(exported, "hyperparams.yaml")
    header = read(exported, "calibration.yaml").split("\nthreshold")[0]
    assert "minus the squared Euclidean distance" in header
    by_cosine = export_encoder(tmp_path / "e", network, SECONDS, threshold=0.5)
    assert "score" not in read(by_cosine, "hyperparams.yaml")
    assert "the cosine of two" in read(by_cosine, "calibration.yaml")
    assert SingerEncoder.from_hparams(by_cosine).score == "cosine"


def read(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_what_is_the_same_has_no_distance(siamese, tmp_path):
    path = write(tmp_path / "a.wav", sound(SAMPLES))
    score = siamese.verify_files(path, path).score
    assert str(score) == "0.0"  # not -0.0


@pytest.mark.parametrize("threshold", [0.5, 1e-9, np.nan, -np.inf])
def test_thresholds_that_no_distance_is_at(copy, siamese, threshold):
    with pytest.raises(ValueError, match=r"threshold: .*(above 0|finite)"):
        store_threshold(copy, threshold)
    with pytest.raises(ValueError, match=r"threshold: .*(above 0|finite)"):
        siamese.verify_batch(sound(9000), sound(9000), threshold=threshold)
    assert read_calibration(copy)["threshold"] == DISTANT


def test_a_fitted_calibration(copy):
    # ln(9) = 2.197 is the ratio where a prior of 0.1 makes both cost the same
    threshold = store_calibration(copy, Calibration(slope=0.25, offset=1.5))
    assert threshold == SingerEncoder.from_hparams(copy).threshold == -6.0
    # Where all distances are too large to be believed
    assert store_calibration(copy, Calibration(slope=1.0, offset=-1.0)) == 0
    assert SingerEncoder.from_hparams(copy).calibration["offset"] == -1.0


def test_a_file_with_a_threshold_of_cosines_is_damaged(copy):
    path = copy / "calibration.yaml"
    path.write_text(path.read_text().replace("-9.0", "0.5"))
    for load in (SingerEncoder.from_hparams, read_calibration):
        with pytest.raises(ValueError, match=r"calibration.*damaged.*above 0"):
            load(copy)


def test_the_score_belongs_to_the_seal(copy):
    path = copy / "hyperparams.yaml"
    text = path.read_text()
    path.write_text(text.replace("score: squared_distance\n", ""))
    with pytest.raises(ValueError, match="a setting was changed"):
        SingerEncoder.from_hparams(copy)
    path.write_text(text.replace("score: squared_", "score: "))
    with pytest.raises(ValueError, match=r"line \d+: no score 'distance'"):
        SingerEncoder.from_hparams(copy)
    path.write_text(text.replace("score: squared_distance", "score: [cosine]"))
    with pytest.raises(ValueError, match=r"line \d+: no score \["):
        SingerEncoder.from_hparams(copy)
    path.write_text(text)
    for trust in (False, True):
        with pytest.raises(ValueError, match="'score' cannot be overridden"):
            SingerEncoder.from_hparams(
                copy, overrides={"score": "cosine"}, trust_remote_code=trust
            )


def test_an_unknown_score_is_not_exported(network, tmp_path):
    with pytest.raises(ValueError, match="no score 'euclid'; there are cosine"):
        export_encoder(tmp_path / "e", network, SECONDS, score="euclid")
    assert not any(tmp_path.iterdir())


@pytest.fixture(scope="module")
def without_aggregation(tmp_path_factory):
    network = small_encoder(aggregation="none", output_dim=5)
    folder = tmp_path_factory.mktemp("none") / "encoder"
    return export_encoder(folder, network, SECONDS, score="squared_distance")


def test_a_network_of_whole_windows_takes_no_less(
    without_aggregation, tmp_path, caplog
):
    encoder = SingerEncoder.from_hparams(without_aggregation, run_opts=CPU)
    short = write(tmp_path / "short.wav", sound(SAMPLES - 1))
    paths = [
        write(tmp_path / f"{samples}.wav", sound(samples))
        for samples in (SAMPLES, SAMPLES + 1, 3 * SAMPLES + 17)
    ]
    message = r"short\.wav: too short.*0\.348 s.*one window.*no shorter"
    with pytest.raises(AudioError, match=message):
        encoder.encode_file(short)
    found = encoder.encode_files([short, *paths], progressbar=False)
    assert found.isfinite().all(dim=1).tolist() == [False, True, True, True]
    assert "short.wav: too short" in caplog.text
    with pytest.raises(AudioError, match=r"row 0 .*too short"):
        encoder.encode_batch(sound(SAMPLES - 1))


@pytest.mark.parametrize(
    "samples, message",
    [
        (SAMPLES / 2, r"at least 0\.348 s"),
        (SAMPLES - 1, r"at least 0\.348 s"),
        (SAMPLES + 512, r"at most 16 frames: 0\.348"),
        (5 * RATE, r"at most 16 frames: 0\.348"),
    ],
)
def test_windows_of_another_number_of_frames(
    without_aggregation, samples, message
):
    with pytest.raises(ValueError, match=rf"window_seconds is .*{message}"):
        SingerEncoder.from_hparams(
            without_aggregation, overrides={"window_seconds": samples / RATE}
        )


def test_windows_of_the_same_number_of_frames(without_aggregation):
    """To the last sample before one frame more, and however it is rounded."""
    for seconds in (SECONDS * (1 - 1e-15), (SAMPLES + 511) / RATE):
        encoder = SingerEncoder.from_hparams(
            without_aggregation, overrides={"window_seconds": seconds}
        )
        assert encoder.encode_batch(sound(SAMPLES)).shape == (1, 1, 5)
        with pytest.raises(AudioError, match=r"at least 0\.348 s"):
            encoder.encode_batch(sound(SAMPLES - 1))


def test_pools_want_several_frames(tmp_path):
    """Deep networks pool thrice: 8 frames are 3584 samples, 0.163 s."""
    deep = small_encoder(channels=[4, 4, 4, 4, 4], bands=16)
    folder = export_encoder(tmp_path / "e", deep, SECONDS)
    encoder = SingerEncoder.from_hparams(folder, run_opts=CPU)
    with pytest.raises(AudioError, match=r"0\.162 s, at least 0\.163 s"):
        encoder.encode_batch(sound(3583))
    assert encoder.encode_batch(sound(3584)).shape == (1, 1, 6)
