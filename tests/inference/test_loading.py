import os
import shutil
import signal
import time
from copy import deepcopy
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file, save_file

from speechbrain_singer.dataio.weights import read_tensors, write_tensors
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import store_threshold
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

FORMER = """\
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        encoder: !ref <encoder>
    custom_hooks:
        encoder: !name:speechbrain_singer.inference.export.load_parameters
"""


class Bands(torch.nn.Module):
    """A front end of somebody's own."""

    sample_rate, min_samples = 44100, 64

    def __init__(self, bands):
        super().__init__()
        self.bands = bands

    def forward(self, wavs):
        return wavs.unfold(1, self.bands, self.bands).transpose(1, 2)


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "encoder")


@pytest.fixture
def former(copy):
    """As encoders were exported when weights were torch's."""
    parameters = load_file(copy / "encoder.safetensors")
    torch.save(parameters, copy / "encoder.ckpt")
    (copy / "encoder.safetensors").unlink()
    for name in ("hyperparams.yaml", "calibration.yaml"):
        lines = (copy / name).read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("sha256")]
        (copy / name).write_text("".join(kept))
    with (copy / "hyperparams.yaml").open("a") as file:
        file.write(FORMER)
    return copy


def change(folder, old, new):
    """Changes the description, and its digest with it."""
    path = folder / "hyperparams.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    _, sha256 = read_tensors(folder / "encoder.safetensors", "")
    seal = Description(path).seal(sha256)
    path.write_text(path.read_text().replace(text.split()[-1], seal))
    (folder / "calibration.yaml").unlink()


def test_a_damaged_file_of_weights(copy):
    path = copy / "encoder.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match="damaged: copy or export") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_bit_in_the_weights(copy, place):
    path = copy / "encoder.safetensors"
    content = bytearray(path.read_bytes())
    begin = 8 + int.from_bytes(content[:8], "little")  # behind the header
    content[begin + int(place * (len(content) - begin))] ^= 4
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"differs from its digest.*anew"):
        SingerEncoder.from_hparams(copy)


def test_missing_weights(copy):
    (copy / "encoder.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"safetensors: no such file"):
        SingerEncoder.from_hparams(copy)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
@pytest.mark.parametrize("kind", ["safetensors", "ckpt"])
def test_weights_that_are_not_finite(copy, former, value, kind):
    """`former` has changed the same folder."""
    path = former / f"encoder.{kind}"
    parameters = torch.load(former / "encoder.ckpt")
    parameters["encoder.net.classifier.1.weight"][0, 0] = value
    if kind == "ckpt":
        torch.save(parameters, path)
    else:
        sha256 = write_tensors(path, parameters)
        hparams = former / "hyperparams.yaml"
        hparams.write_text(hparams.read_text().replace(FORMER, ""))
        seal = Description(hparams).seal(sha256)
        with hparams.open("a") as file:
            file.write(f"sha256: {seal}\n")
    message = r"encoder\.net\.classifier\.1\.weight is not finite"
    with pytest.raises(ValueError, match=message) as error:
        SingerEncoder.from_hparams(former)
    assert str(path) in str(error.value)


def test_weights_that_are_finite_and_too_large(model, noise, tmp_path):
    large = deepcopy(model)
    large.encoder.net.features[-1][1].weight.data.fill_(100)
    weight = large.encoder.net.classifier[1].weight
    weight.data = 3e38 * weight.data.sign()
    export_encoder(tmp_path / "large", large, 1.0)
    encoder = SingerEncoder.from_hparams(tmp_path / "large")
    with pytest.raises(ValueError, match="the batch: its embedding is not fin"):
        encoder.encode_batch(noise(0.5))


def test_weights_of_somebody_else(copy):
    path = copy / "encoder.safetensors"
    save_file(load_file(path), path)
    with pytest.raises(ValueError, match="has no digest"):
        SingerEncoder.from_hparams(copy)
    write_tensors(path, {"weight": torch.zeros(3)})
    with pytest.raises(ValueError, match=r"does not fit hyperparams\.yaml"):
        SingerEncoder.from_hparams(copy)


@pytest.mark.parametrize("shape", ["missing", "another", "not a dict"])
def test_former_weights_of_another_encoder(former, shape):
    path = former / "encoder.ckpt"
    parameters = torch.load(path)
    name = "encoder.net.classifier.1.bias"
    if shape == "missing":
        del parameters[name]
    elif shape == "another":
        parameters[name] = torch.zeros(3)
    else:
        parameters = torch.zeros(3)
    torch.save(parameters, path)
    with pytest.raises(ValueError, match="not fit") as error:
        SingerEncoder.from_hparams(former)
    assert str(former) in str(error.value)


def test_former_folders_load_without_trust(former, encoder, noise):
    loaded = SingerEncoder.from_hparams(former)
    assert loaded.sha256 is None and loaded.threshold == 0.5
    wavs = noise(0.5)
    assert torch.equal(loaded.encode_batch(wavs), encoder.encode_batch(wavs))
    trusted = SingerEncoder.from_hparams(former, trust_remote_code=True)
    assert torch.equal(trusted.encode_batch(wavs), encoder.encode_batch(wavs))


def test_former_weights_run_no_code(former, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Code:
        def __reduce__(self):
            return os.system, ("touch RAN",)

    torch.save({"weight": Code()}, former / "encoder.ckpt")
    with pytest.raises(ValueError, match=r"encoder\.ckpt: damaged, or no wei"):
        SingerEncoder.from_hparams(former)
    assert not Path("RAN").exists()


@pytest.mark.parametrize(
    "old, new",
    [
        ("hop_length: 512", "hop_length: 513"),
        ("n_fft: 2048", "n_fft: 20480000"),
        ("top_db: 80.0", "top_db: 0.0"),
        ("window_seconds: 1.0", "window_seconds: 3.0"),
        ("!ref <features>", "!new:speechbrain_singer.lobes.features.LogMel {}"),
    ],
)
def test_a_setting_that_was_changed_is_noticed(copy, old, new):
    path = copy / "hyperparams.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ValueError, match="or a setting was changed there"):
        SingerEncoder.from_hparams(copy)


def test_comments_and_layout_may_be_changed(copy):
    path = copy / "hyperparams.yaml"
    text = path.read_text().replace("# A singer encoder", "# Of our choir")
    path.write_text(text.replace("n_fft: 2048", "n_fft:   2048  # samples"))
    assert SingerEncoder.from_hparams(copy).dimension == 48


def test_overrides(copy, noise, model):
    encoder = SingerEncoder.from_hparams(
        copy, overrides={"window_seconds": 2.0}
    )
    wavs = noise(2.0)
    built = SingerEncoder({"encoder": deepcopy(model)}, {"window_seconds": 2.0})
    assert torch.equal(encoder.encode_batch(wavs), built.encode_batch(wavs))
    for key in ("windows", "encoder", "sha256"):
        with pytest.raises(ValueError, match=f"'{key}' cannot be overridden"):
            SingerEncoder.from_hparams(copy, overrides={key: 1})


@pytest.mark.parametrize("trust", [False, True])
def test_windows_overlap_as_far_as_one_says(copy, noise, trust):
    wavs = noise(2.5)
    encoders = {
        overlap: SingerEncoder.from_hparams(
            copy,
            overrides={"window_overlap": overlap},
            trust_remote_code=trust,
        )
        for overlap in (0.0, 0.5)
    }
    rate = encoders[0.0].sample_rate
    for overlap, starts in (0.0, (0, 1, 1.5)), (0.5, (0, 0.5, 1, 1.5)):
        first = [int(start * rate) for start in starts]
        parts = torch.stack([wavs[start : start + rate] for start in first])
        windows = encoders[overlap].encode_batch(parts)
        mean = torch.nn.functional.normalize(windows.mean(dim=0), dim=1)
        found = encoders[overlap].encode_batch(wavs)[0]
        torch.testing.assert_close(found, mean, atol=1e-5, rtol=0)
    one = noise(0.9)
    first, second = (each.encode_batch(one) for each in encoders.values())
    assert torch.equal(first, second)


@pytest.mark.parametrize("overlap", [-0.1, 1.0, "half", True, None])
def test_overlaps_that_make_no_sense(copy, overlap):
    with pytest.raises(ValueError, match=r"window_overlap: .* 0\.9 at most"):
        SingerEncoder.from_hparams(copy, overrides={"window_overlap": overlap})


@pytest.mark.parametrize("overrides", ["window_seconds: 2.0", [1], 3])
def test_overrides_that_are_no_dict(copy, overrides):
    with pytest.raises(TypeError, match="overrides is a dict of plain keys"):
        SingerEncoder.from_hparams(copy, overrides=overrides)


@pytest.mark.parametrize("seconds", [0, 0.05, "long", True, None, 1e999])
def test_windows_that_make_no_sense(copy, seconds):
    with pytest.raises(ValueError, match=r"window_seconds is .* least 0\.1"):
        SingerEncoder.from_hparams(copy, overrides={"window_seconds": seconds})


@pytest.mark.parametrize("key", ["window_seconds", "modules", "sha256"])
def test_a_key_that_is_missing_is_named(copy, key):
    path = copy / "hyperparams.yaml"
    path.write_text(path.read_text().replace(f"\n{key}:", f"\n{key}x:"))
    with pytest.raises(ValueError, match=f"'{key}'") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("modules:\n    encoder", "modules:\n    x", "lack 'encoder'"),
        ("modules:\n    encoder: !ref <encoder>", "modules: 3", "lack 'enc"),
        ("    encoder: !ref <encoder>", "    encoder: x", "is no encoder"),
        ("    features: !ref <features>", "    features: 3", "is no encoder"),
    ],
)
def test_what_is_no_encoder(copy, old, new, message):
    change(copy, old, new)
    with pytest.raises(ValueError, match=message) as error:
        SingerEncoder.from_hparams(copy)
    assert str(copy / "hyperparams.yaml") in str(error.value)


@pytest.mark.parametrize(
    "pretrainer",
    [
        "null",
        "3",
        "!ref <encoder>",
        "!new:speechbrain_singer.published.parameters.PublishedPretrainer "
        "{hub_folder: byol, encoder: null}",
    ],
)
def test_weights_are_never_left_random(copy, pretrainer):
    path = copy / "hyperparams.yaml"
    text = path.read_text().replace("sha256: ", "former: ")
    path.write_text(f"{text}pretrainer: {pretrainer}\n")
    (copy / "calibration.yaml").unlink()
    with pytest.raises(ValueError, match="not load the weights of its 'enc"):
        SingerEncoder.from_hparams(copy)


def test_a_threshold_of_other_weights_is_refused(copy, model, tmp_path):
    export_encoder(tmp_path / "other", model, 2.0, threshold=0.9)
    shutil.copy(tmp_path / "other" / "calibration.yaml", copy)
    with pytest.raises(ValueError, match="of other weights, or ch") as error:
        SingerEncoder.from_hparams(copy)
    assert str(copy / "calibration.yaml") in str(error.value)


def test_a_threshold_of_unknown_weights_is_refused(copy):
    (copy / "calibration.yaml").write_text("threshold: 0.25\n")
    with pytest.raises(ValueError, match=r"has no digest.*store_thr") as error:
        SingerEncoder.from_hparams(copy)
    assert str(copy / "calibration.yaml") in str(error.value)
    store_threshold(copy, 0.25)
    assert SingerEncoder.from_hparams(copy).threshold == 0.25


def test_a_threshold_that_was_changed_is_refused(copy):
    path = copy / "calibration.yaml"
    path.write_text(
        path.read_text().replace("threshold: 0.5", "threshold: 0.7")
    )
    with pytest.raises(ValueError, match="or changed: calibrate the encoder"):
        SingerEncoder.from_hparams(copy)


def test_somebody_s_own_part_needs_trust(tmp_path, noise, model):
    encoder = WaveformEncoder(Bands(64), model.encoder)
    folder = export_encoder(tmp_path / "own", encoder, 1.0)
    with pytest.raises(ValueError, match="trust_remote_code=True") as error:
        SingerEncoder.from_hparams(folder)
    assert f"{folder}/hyperparams.yaml, line " in str(error.value)
    assert f"!new:{Bands.__module__}.Bands" in str(error.value)
    loaded = SingerEncoder.from_hparams(folder, trust_remote_code=True)
    built = SingerEncoder(
        {"encoder": deepcopy(encoder)}, {"window_seconds": 1.0}
    )
    wavs = noise(0.5)
    assert torch.equal(loaded.encode_batch(wavs), built.encode_batch(wavs))


@pytest.fixture
def exporting(copy):
    """A process that exports two encoders in turn, until the test is over."""
    pid = os.fork()
    if pid == 0:
        try:
            torch.set_num_threads(1)
            small = WaveformEncoder(LogMel(n_mels=8), Small())
            for count in range(10**6):
                small.encoder.weight.data.fill_(count % 2 + 1)
                export_encoder(copy, small, count % 2 + 1, count % 2 / 4)
        finally:
            os._exit(1)
    yield copy
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


class Small(torch.nn.Module):
    embedding_dim = 1

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))


def test_whoever_reads_during_an_export_finds_one_encoder(exporting):
    folder = exporting
    while "Small" not in (folder / "hyperparams.yaml").read_text():
        time.sleep(0.01)
    found = set()
    end = time.monotonic() + 1.0
    while time.monotonic() < end or len(found) < 2:
        encoder = SingerEncoder.from_hparams(folder, trust_remote_code=True)
        weight = encoder.mods.encoder.encoder.weight.item()
        assert encoder.hparams.window_seconds == weight
        assert encoder.threshold == (weight - 1) / 4
        found.add(weight)
        # And whoever does not know of any of this
        assert yaml.compose((folder / "hyperparams.yaml").read_text())
