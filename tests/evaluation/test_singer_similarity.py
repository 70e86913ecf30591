from itertools import combinations, product

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.singer_similarity import singer_similarity
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder

RATE = 44100
TILTS = {"real": [1.2, 1.1, 1.2], "sung": [1.0, 0.3], "other": [0.1, 0.2]}


@pytest.fixture
def sets(noise, tmp_path):
    """Names of files, by set."""
    found = {}
    for number, (name, tilts) in enumerate(TILTS.items()):
        found[name] = []
        for at, tilt in enumerate(tilts):
            path = tmp_path / f"{name}-{at}.wav"
            seed = 10 * number + at
            soundfile.write(path, noise(1.2, seed, tilt).numpy(), RATE)
            found[name].append(str(path))
    return found


@pytest.fixture
def vectors(encoder, sets):
    """Unit vectors of each set, one file at a time."""
    return {
        name: np.stack([encoder.encode_file(path).numpy() for path in paths])
        for name, paths in sets.items()
    }


def test_a_pair(encoder, folder, sets, vectors):
    first, second = sets["sung"][0], sets["real"][0]
    found = singer_similarity(first, second, str(folder))
    cosine = float(vectors["sung"][0] @ vectors["real"][0])
    assert found.score == pytest.approx(cosine, abs=1e-5)
    assert found.same_singer is (cosine > 0.5)  # the folder's
    assert found.probability is None
    encoder.calibration = {"slope": 4.0, "offset": -1.0}
    found = singer_similarity(first, second, encoder, threshold=0.999999)
    assert found.same_singer is False
    odds = np.exp(4 * cosine - 1)
    assert found.probability == pytest.approx(odds / (1 + odds), abs=1e-5)


def test_waveforms_are_as_good_as_files(encoder, sets):
    first, second = sets["sung"][0], sets["real"][0]
    wanted = singer_similarity(first, second, encoder).score
    waveforms = [soundfile.read(path, dtype="float32") for path in sets["sung"]]
    found = singer_similarity(waveforms[0], second, encoder)
    assert found.score == pytest.approx(wanted, abs=1e-4)
    summary = singer_similarity(waveforms, sets["real"], encoder)
    files = singer_similarity(sets["sung"], sets["real"], encoder)
    assert summary.generated.mean == pytest.approx(
        files.generated.mean, abs=1e-4
    )
    assert [name for name, _ in summary.outputs] == ["waveform 1", "waveform 0"]


def test_a_summary_of_lists(encoder, sets, vectors):
    found = singer_similarity(
        sets["sung"], sets["real"], encoder, 0.9, sets["other"]
    )
    real = vectors["real"]
    wanted = {
        "generated": [float(s @ r) for s, r in product(vectors["sung"], real)],
        "reference": [float(a @ b) for a, b in combinations(real, 2)],
        "others": [float(o @ r) for o, r in product(vectors["other"], real)],
    }
    for name, cosines in wanted.items():
        figures = getattr(found, name)
        assert figures.pairs == len(cosines)
        assert figures.mean == pytest.approx(np.mean(cosines), abs=1e-5)
        share = np.mean(np.array(cosines) > 0.9)
        assert figures.accepted == pytest.approx(share)
    assert found.reference.mean > found.generated.mean > found.others.mean
    means = (vectors["sung"] @ real.T).mean(axis=1)
    assert found.outputs == [
        (sets["sung"][at], pytest.approx(means[at], abs=1e-5))
        for at in np.argsort(means)
    ]
    assert found.threshold == 0.9 and found.failed == []


def test_one_bad_recording_costs_itself(encoder, sets, tmp_path):
    bad, gone = tmp_path / "bad.wav", str(tmp_path / "gone.wav")
    bad.write_bytes(b"RIFF")
    wanted = singer_similarity(sets["sung"], sets["real"], encoder)
    found = singer_similarity(
        [*sets["sung"], str(bad)],
        [*sets["real"], gone],
        encoder,
    )
    assert found.generated.mean == pytest.approx(wanted.generated.mean)
    assert found.reference == wanted.reference
    assert found.failed == [gone, str(bad)]
    with pytest.raises(AudioError, match=r"bad\.wav"):
        singer_similarity([bad], sets["real"], encoder)
    with pytest.raises(AudioError, match=r"bad\.wav"):
        singer_similarity(bad, sets["real"][0], encoder)


def test_a_single_reference_is_not_compared_with_itself(encoder, sets):
    found = singer_similarity(sets["sung"], sets["real"][0], encoder)
    assert found.reference is None and found.others is None
    assert found.generated.pairs == 2
    found = singer_similarity(
        sets["sung"][0], sets["real"][0], encoder, others=sets["other"][0]
    )
    assert found.others.pairs == found.generated.pairs == 1


def test_by_squared_distance(model, sets, tmp_path):
    folder = tmp_path / "siamese"
    export_encoder(folder, model, 1.0, score="squared_distance")
    encoder = SingerEncoder.from_hparams(folder)
    a, b = (
        encoder.encode_file(path).double()
        for path in (sets["sung"][0], sets["real"][0])
    )
    found = singer_similarity(sets["sung"][0], sets["real"][0], encoder)
    assert found.score == pytest.approx(-(a - b).square().sum().item())
    assert found.same_singer is None  # there is no threshold
    with pytest.raises(ValueError, match="no number above 0"):
        singer_similarity(sets["sung"][0], sets["real"][0], encoder, 0.5)


def test_what_makes_no_sense_is_refused_before_the_work(encoder, sets):
    sung, real = sets["sung"], sets["real"]
    with pytest.raises(ValueError, match=r"real-0.*in the reference already"):
        singer_similarity([*sung, real[0]], real, encoder)
    with pytest.raises(ValueError, match=r"real-0.*in the reference already"):
        singer_similarity(sung, [*real, real[0]], encoder)
    with pytest.raises(ValueError, match="without recordings"):
        singer_similarity([], real, encoder)
    with pytest.raises(TypeError, match="the rate of a waveform must be"):
        singer_similarity(torch.zeros(RATE), real[0], encoder)
    with pytest.raises(TypeError, match="several are a list, not tuple"):
        singer_similarity(tuple(sung), real, encoder)
    with pytest.raises(ValueError, match="threshold: 2"):
        singer_similarity(sung, real, encoder, threshold=2.0)
