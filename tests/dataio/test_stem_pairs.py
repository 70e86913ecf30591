"""Every vocals and every accompaniment is a tone of its own, so that one hears
what a clip is made of."""

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.manifest import read_manifest, write_manifest
from speechbrain_singer.dataio.stem_pairs import StemPairs

RATE = 16000
SINGERS = ["ann", "ann", "bob", "bob", "eve"]
VOICE = [400, 500, 600, 700, 800]  # Hz, by recording
BAND = [2000, 2500, 3000, 3500, 4000]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Five recordings of 8 s; the band is twice as loud as the voice."""
    folder = tmp_path_factory.mktemp("stems")
    times = np.arange(8 * RATE) / RATE
    rows = []
    for number, singer in enumerate(SINGERS):
        vocals = 0.1 * np.sin(2 * np.pi * VOICE[number] * times)
        band = 0.2 * np.sin(2 * np.pi * BAND[number] * times)
        row = {"ID": str(number), "duration": 8.0, "start": 0, "peak": 0.1}
        row |= {"stop": 8 * RATE, "sample_rate": RATE, "song": "s"}
        row |= {"singer": singer}
        stems = {"wav": vocals, "mixture": vocals + band}
        for name, samples in stems.items():
            row[name] = str(folder / f"{number}.{name}.wav")
            soundfile.write(row[name], samples, RATE, subtype="FLOAT")
        rows.append(row)
    write_manifest(folder / "train.csv", rows)
    return folder / "train.csv"


def tones(clip):
    """The amplitudes of the tones that are in a clip of 1 s, by frequency."""
    spectrum = 2 * np.abs(np.fft.rfft(clip.numpy())) / len(clip)
    found = np.flatnonzero(spectrum > 0.01 * spectrum.max() + 1e-9)
    return {int(f): float(spectrum[f]) for f in found}


def items(manifest, **options):
    pairs = StemPairs(manifest, seed=3, **options)
    return [pairs[1, index] for index in range(60)]


@pytest.mark.parametrize("second", ["wav", "mixture"])
def test_of_one_recording(manifest, second):
    """MSCOL hears vocals, COLA the mixture; both beside the real mixture."""
    for item in items(manifest, second_column=second):
        row = item["rows"][0].item()
        both = {VOICE[row], BAND[row]}
        assert item["rows"].tolist() == [row, row]
        assert item["group"] == row
        assert not item["artificial"]
        assert set(tones(item["clips"][0])) == both
        assert not item["accompaniment"].any()
        expected = {VOICE[row]} if second == "wav" else both
        assert set(tones(item["clips"][1])) == expected


@pytest.mark.parametrize("second", ["wav", "mixture"])
def test_of_another_recording_of_the_singer(manifest, second):
    """CVSM-ART and COLA-ART; eve has but one."""
    partners = {0: 1, 1: 0, 2: 3, 3: 2, 4: 4}
    seen = set()
    for item in items(manifest, pairs="singer", second_column=second):
        row, partner = item["rows"].tolist()
        seen.add(row)
        assert partner == partners[row]
        assert set(tones(item["clips"][0])) == {VOICE[row], BAND[row]}
        expected = {VOICE[partner]}
        if second == "mixture":
            expected.add(BAND[partner])
        assert set(tones(item["clips"][1])) == expected
    assert seen == {0, 1, 2, 3, 4}


def test_artificial_ones_come_as_stems_of_length_one(manifest):
    """CVSM-A: the mixture's parts apart, as loud as each other in a slice."""
    for item in items(manifest, artificial_share=1.0):
        row = item["rows"][0].item()
        assert item["artificial"]
        vocals, band = map(tones, (item["clips"][0], item["accompaniment"]))
        # A tone of length 1 over 5 s
        amplitude = (2 / (5 * RATE)) ** 0.5
        assert vocals == {VOICE[row]: pytest.approx(amplitude, rel=1e-3)}
        assert band == {BAND[row]: pytest.approx(amplitude, rel=1e-3)}


def test_the_share_of_artificial_ones(manifest):
    drawn = items(manifest, artificial_share=0.5)
    assert 18 <= sum(item["artificial"] for item in drawn) <= 42
    for item in drawn:
        assert item["accompaniment"].any().item() == item["artificial"]


@pytest.mark.parametrize("second", ["wav", "mixture"])
def test_an_accompaniment_that_is_there_is_taken(tmp_path, second):
    """Of karaoke, where the mixture is half as loud as voice and band."""
    times = np.arange(8 * RATE) / RATE
    vocals, band = (0.2 * np.sin(2 * np.pi * f * times) for f in (400, 2000))
    stems = {"wav": vocals, "accompaniment": band}
    stems["mixture"] = (vocals + band) / 2
    row = {"ID": "a", "duration": 8.0, "start": 0, "peak": 0.2, "song": "s"}
    row |= {"stop": 8 * RATE, "sample_rate": RATE, "singer": "ann"}
    for name, samples in stems.items():
        row[name] = str(tmp_path / f"{name}.wav")
        soundfile.write(row[name], samples, RATE, subtype="FLOAT")
    write_manifest(tmp_path / "a.csv", [row])
    options = {"artificial_share": 0.5, "second_column": second}
    for item in items(tmp_path / "a.csv", **options):
        first, beside = item["clips"][0], item["accompaniment"]
        heard = ({400}, {2000}) if item["artificial"] else ({400, 2000}, set())
        assert (set(tones(first)), set(tones(beside))) == heard
        both = {400} if second == "wav" else {400, 2000}
        assert set(tones(item["clips"][1])) == both


def test_real_mixtures_have_length_one_in_their_slice(manifest):
    item = StemPairs(manifest)[0, 0]
    energy = item["clips"][0].square().sum().item()
    assert energy == pytest.approx(1 / 5, rel=1e-3)


def test_both_places_are_drawn_in_one_slice(manifest, tmp_path):
    """The time of a sample can be told where the tone rises."""
    ramp = np.linspace(0.1, 1, 8 * RATE)
    noise = np.random.default_rng(0).choice([-1.0, 1.0], len(ramp))
    path = str(tmp_path / "ramp.wav")
    soundfile.write(path, 0.9 * ramp * noise, RATE, subtype="FLOAT")
    row = {"ID": "a", "duration": 8.0, "start": 0, "peak": 0.9, "song": "s"}
    row |= {"stop": 8 * RATE, "sample_rate": RATE, "singer": "ann"}
    write_manifest(tmp_path / "a.csv", [row | {"wav": path, "mixture": path}])
    pairs = StemPairs(tmp_path / "a.csv")
    starts = []
    for index in range(80):
        item = pairs[0, index]
        clips = item["clips"][0], item["clips"][1]
        # Both have the slope of the slice that they are of, in their scale
        slopes = [c[-1].abs() - c[0].abs() for c in clips]
        assert slopes[0].item() == pytest.approx(slopes[1].item(), rel=1e-3)
        starts.append([c[0].abs().item() / slopes[0].item() for c in clips])
    # In seconds from where the ramp would be 0
    apart = np.diff(starts, axis=1)[:, 0]
    assert np.abs(apart).max() <= 4 + 1e-3
    assert np.abs(apart).max() > 2.5
    assert 0.8 < np.abs(apart).mean() < 1.9  # 4/3 of two uniform places


def test_a_mixture_that_is_shorter_than_its_vocals(tmp_path, caplog):
    """Its end would be beside other vocals, and they would not cancel."""
    times = np.arange(8 * RATE) / RATE
    vocals = 0.1 * np.sin(2 * np.pi * 440 * times**1.5)
    band = 0.2 * np.sin(2 * np.pi * 3000 * times)
    row = {"ID": "a", "duration": 8.0, "start": 0, "peak": 0.1, "song": "s"}
    row |= {"stop": 8 * RATE, "sample_rate": RATE, "singer": "ann"}
    mixture = (vocals + band)[: 7 * RATE]
    for name, samples in {"wav": vocals, "mixture": mixture}.items():
        row[name] = str(tmp_path / f"{name}.wav")
        soundfile.write(row[name], samples, RATE, subtype="FLOAT")
    write_manifest(tmp_path / "a.csv", [row])
    pairs = StemPairs(tmp_path / "a.csv", artificial_share=1.0)
    for index in range(30):
        assert set(tones(pairs[0, index]["accompaniment"])) == {3000}
    assert caplog.text.count("mixture.wav: ends before its vocals") == 1
    # Of a recording that is no longer than a slice nothing is left
    pairs = StemPairs(tmp_path / "a.csv", slice_seconds=8)
    with pytest.raises(RuntimeError, match="ends before its vocals"):
        pairs[0, 0]


@pytest.mark.parametrize(
    ("second", "expected"),
    [("wav", {(0, 1), (2, 2)}), ("mixture", {(0, 0), (2, 2)})],
)
def test_a_partner_without_a_mixture(manifest, tmp_path, second, expected):
    """Its vocals are enough where they are what is heard."""
    rows = read_manifest(manifest)[:3]
    rows[1]["mixture"] = ""
    write_manifest(tmp_path / "train.csv", rows)
    pairs = StemPairs(
        tmp_path / "train.csv", pairs="singer", second_column=second
    )
    drawn = {tuple(pairs[0, index]["rows"].tolist()) for index in range(30)}
    assert drawn == expected


def test_silent_seconds_are_told_and_are_zeros(tmp_path):
    """A voice that rests in every other second, in noise at -60 dB."""
    rng = np.random.default_rng(0)
    times = np.arange(8 * RATE)
    vocals = 0.3 * np.sin(times / 5) * (times // (2 * RATE) % 2 == 0)
    vocals = vocals + 3e-4 * rng.standard_normal(len(times))
    band = 0.2 * rng.standard_normal(len(times))
    row = {"ID": "a", "duration": 8.0, "start": 0, "peak": 0.3, "song": "s"}
    row |= {"stop": 8 * RATE, "sample_rate": RATE, "singer": "ann"}
    for name, samples in {"wav": vocals, "mixture": vocals + band}.items():
        row[name] = str(tmp_path / f"{name}.wav")
        soundfile.write(row[name], samples, RATE, subtype="FLOAT")
    write_manifest(tmp_path / "a.csv", [row])
    pairs = StemPairs(tmp_path / "a.csv")
    drawn = [pairs[0, index] for index in range(60)]
    silent = [item for item in drawn if item["silent"]]
    assert 0 < len(silent) < 60
    assert not any(item["clips"][1].any() for item in silent)
    assert all(item["clips"][1].any() for item in drawn if not item["silent"])
    assert all(item["clips"][0].any() for item in drawn)


def test_a_pair_follows_from_its_key(manifest):
    pairs = StemPairs(manifest, pairs="singer", artificial_share=0.5)
    again = StemPairs(manifest, pairs="singer", artificial_share=0.5)
    for name, value in pairs[2, 5].items():
        assert torch.equal(
            torch.as_tensor(again[2, 5][name]), torch.as_tensor(value)
        )
    assert not torch.equal(pairs[3, 5]["clips"], pairs[2, 5]["clips"])


def test_settings_that_cannot_be(manifest):
    with pytest.raises(ValueError, match="second_column is 'drums'"):
        StemPairs(manifest, second_column="drums")
    with pytest.raises(ValueError, match="artificial_share"):
        StemPairs(manifest, artificial_share=1.5)
    with pytest.raises(ValueError, match=r"6 s in slices of 5"):
        StemPairs(manifest, seconds=6)


def test_a_missing_mixture_is_told(manifest, tmp_path, caplog):
    rows = read_manifest(manifest)
    rows[0]["mixture"] = ""
    write_manifest(tmp_path / "train.csv", rows)
    pairs = StemPairs(tmp_path / "train.csv")
    drawn = {pairs[0, index]["rows"][0].item() for index in range(60)}
    assert drawn == {1, 2, 3, 4}
    assert "has no mixture" in caplog.text
