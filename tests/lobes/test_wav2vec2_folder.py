import sys

import pytest
import torch
from wav2vec2_folders import by_transformers, edit, save_model

from speechbrain_singer.lobes.front_ends import FrontEnd


def encodes_alike(folder, model):
    """Whether a folder still gives what its model did; it may be edited."""
    wav = torch.randn(4000)
    expected = by_transformers(folder, model, wav)

    def check():
        measured = FrontEnd.load(folder).eval()(wav[None])[0]
        return torch.allclose(measured, expected, atol=1e-5)

    return check


def test_mert_without_its_own_code(tmp_path):
    check = encodes_alike(tmp_path, save_model(tmp_path, "mert"))
    edit(
        tmp_path / "config.json",
        model_type="mert_model",
        architectures=["MERTModel"],
        auto_map={
            "AutoConfig": "configuration_MERT.MERTConfig",
            "AutoModel": "modeling_MERT.MERTModel",
        },
        feature_extractor_cqt=False,
        deepnorm=False,
        attention_relax=-1.0,
    )
    for name in ("configuration_MERT", "modeling_MERT"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('run')")
    assert check()


def test_a_mert_that_is_no_hubert(tmp_path):
    save_model(tmp_path, "mert")
    edit(tmp_path / "config.json", model_type="mert_model", deepnorm=True)
    with pytest.raises(ValueError, match=r"config.json: a MERT with deepnorm"):
        FrontEnd.load(tmp_path)


def test_music2vec_as_it_is_published(tmp_path):
    """Its settings hold a path where a number belongs."""
    check = encodes_alike(tmp_path, save_model(tmp_path, "music2vec"))
    edit(tmp_path / "config.json", vocab_size="/home/someone/dict.txt")
    assert check()


def test_checkpoints_of_long_ago(tmp_path):
    """Pickled, under a head, the weight norm's parameters named otherwise."""
    model = save_model(tmp_path, "xlsr-53")
    renamed = {
        f"wav2vec2.{name}".replace(
            "parametrizations.weight.original0", "weight_g"
        ).replace("parametrizations.weight.original1", "weight_v"): value
        for name, value in model.state_dict().items()
        if name != "masked_spec_embed"
    }
    assert sum(name.endswith(("_g", "_v")) for name in renamed) == 2
    renamed["quantizer.codevectors"] = torch.zeros(3)
    (tmp_path / "model.safetensors").unlink()
    torch.save(renamed, tmp_path / "pytorch_model.bin")
    assert encodes_alike(tmp_path, model)()


def test_half_precision_is_not_computed_in(tmp_path):
    save_model(tmp_path, "wavlm").half().save_pretrained(tmp_path)
    dtypes = {p.dtype for p in FrontEnd.load(tmp_path).parameters()}
    assert dtypes == {torch.float32}


def test_incomplete_checkpoint(tmp_path):
    model = save_model(tmp_path, "wavlm")
    parameters = model.state_dict()
    del parameters["encoder.layers.1.attention.k_proj.weight"]
    model.save_pretrained(tmp_path, state_dict=parameters)
    with pytest.raises(ValueError, match=r"lacks 1 .*k_proj.weight"):
        FrontEnd.load(tmp_path)


def test_damaged_checkpoint(tmp_path):
    save_model(tmp_path, "wavlm")
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match="cannot be read: copy") as error:
        FrontEnd.load(tmp_path)
    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize("name", ["config.json", "preprocessor_config.json"])
def test_settings_that_are_missing(name, tmp_path):
    save_model(tmp_path, "wavlm")
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError, match=f": no {name} in this"):
        FrontEnd.load(tmp_path)


def test_folder_without_a_model(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no config.json"):
        FrontEnd.load(tmp_path)


def test_transformers_is_missing(monkeypatch):
    """That is said before anything is fetched."""
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"install speechbrain_singer\[base"):
        FrontEnd.load("wavlm")
