import pytest
import torch

from speechbrain_singer.dataio.weights import read_tensors
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.halving import halve
from speechbrain_singer.inference.stored_calibration import store_calibration
from speechbrain_singer.scoring.calibration import Calibration


@pytest.fixture(scope="module")
def whole(large_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "encoder"
    export_encoder(folder, large_model, window_seconds=1.0)
    store_calibration(folder, Calibration(8.0, -4.0), {"corpus": "noise"})
    return folder


@pytest.fixture(scope="module")
def half(whole):
    return halve(whole, whole.with_name("half"))


def test_half_the_size_and_the_same_embeddings(whole, half, noise):
    sizes = [
        (folder / "encoder.safetensors").stat().st_size
        for folder in (whole, half)
    ]
    assert 0.5 < sizes[1] / sizes[0] < 0.52
    before, after = map(SingerEncoder.from_hparams, (whole, half))
    kinds = {p.dtype for p in after.mods.encoder.parameters()}
    assert kinds == {torch.float32}
    wavs = torch.stack([noise(1.0, seed, seed / 4) for seed in range(4)])
    before, after = before.encode_batch(wavs), after.encode_batch(wavs)
    assert 0 < (after - before).abs().max() < 1e-3
    assert ((after * before).sum(dim=-1) > 1 - 1e-5).all()


def test_weights_are_rounded_and_vectors_kept(whole, half):
    before, after = (
        read_tensors(folder / "encoder.safetensors", "")[0]
        for folder in (whole, half)
    )
    assert before.keys() == after.keys()
    for name, value in before.items():
        if value.ndim > 1:
            assert after[name].dtype == torch.float16
            # 11 bits, or the least step of the smallest
            error = (after[name].float() - value).abs()
            assert (error <= (value.abs() * 2**-11).clamp(min=2**-25)).all()
        else:
            assert torch.equal(after[name], value)


def test_the_threshold_goes_along_under_a_new_seal(whole, half):
    before, after = map(SingerEncoder.from_hparams, (whole, half))
    assert before.sha256 != after.sha256
    assert after.threshold == before.threshold == 0.5
    assert after.calibration == before.calibration
    stale = (whole / "calibration.yaml").read_bytes()
    (half / "calibration.yaml").write_bytes(stale)
    with pytest.raises(ValueError, match="of other weights"):
        SingerEncoder.from_hparams(half)


def test_in_place(bundled):
    mine = bundled("singer-encoder-tiny")
    (mine / "README.md").write_text("its card")
    halve("tiny", mine)
    assert SingerEncoder.from_hparams(mine).threshold == 0.5
    assert (mine / "README.md").read_text() == "its card"
    assert not list(mine.parent.glob(".*"))


def test_what_is_too_large_for_16_bits(model, tmp_path):
    weight = next(p for p in model.parameters() if p.ndim > 1)
    value = weight.flatten()[0].item()
    with torch.no_grad():
        weight.view(-1)[0] = 70000
        whole = export_encoder(tmp_path / "whole", model, 1.0)
        weight.view(-1)[0] = value
    with pytest.raises(ValueError, match="not finite: too large for float16"):
        halve(whole, tmp_path / "half")
    assert not (tmp_path / "half").exists()


def test_only_what_was_exported(tmp_path):
    with pytest.raises(ValueError, match=r"byol.*no weights of its own"):
        halve("ssl-singer-identity-byol", tmp_path / "half")
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(FileExistsError, match=r"holds thesis\.tex"):
        halve("ssl-singer-identity-byol", tmp_path)
