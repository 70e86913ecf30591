import pytest
import torch
from speechbrain.lobes.features import Fbank
from speechbrain.lobes.models.ECAPA_TDNN import ECAPA_TDNN
from speechbrain.lobes.models.ResNet import ResNet
from speechbrain.lobes.models.Xvector import Xvector

from speechbrain_singer.baselines import speechbrain_hub
from speechbrain_singer.baselines.speechbrain_hub import (
    SPEAKER_ENCODERS,
    SpeechBrainEncoder,
)
from speechbrain_singer.dataio.audio import AudioError

# As the hub has them, with the name of the repository in it
HPARAMS = """\
pretrained_path: nobody/nothing
compute_features: !new:speechbrain.lobes.features.Fbank
    n_mels: 24
mean_var_norm: !new:speechbrain.processing.features.InputNormalization
    norm_type: sentence
    std_norm: False
embedding_model: !new:{model}
{arguments}
classifier: !new:torch.nn.Linear
    in_features: 8
    out_features: 2
modules:
    compute_features: !ref <compute_features>
    mean_var_norm: !ref <mean_var_norm>
    embedding_model: !ref <embedding_model>
    classifier: !ref <classifier>
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        embedding_model: !ref <embedding_model>
    paths:
        embedding_model: !ref <pretrained_path>/embedding_model.ckpt
"""

MODELS = {
    "ecapa": (
        ECAPA_TDNN,
        {
            "input_size": 24,
            "channels": [16, 16, 16, 16, 48],
            "attention_channels": 8,
            "se_channels": 8,
            "res2net_scale": 4,
            "lin_neurons": 8,
        },
    ),
    "x-vector": (
        Xvector,
        {
            "in_channels": 24,
            "tdnn_channels": [16, 16, 16, 16, 20],
            "lin_neurons": 8,
        },
    ),
    "resnet": (
        ResNet,
        {
            "input_size": 24,
            "channels": [4, 4, 8, 8],
            "block_sizes": [1, 1, 1, 1],
            "lin_neurons": 8,
        },
    ),
}

ALL = pytest.mark.parametrize("name", MODELS)


@pytest.fixture
def save(tmp_path):
    """Writes a small model with random values: its folder and the model."""

    def save(name):
        torch.manual_seed(0)
        model_cls, arguments = MODELS[name]
        model = model_cls(**arguments)
        for norm in model.modules():
            if isinstance(norm, torch.nn.modules.batchnorm._BatchNorm):
                norm.running_var.uniform_(0.5, 2.0)
        torch.save(model.state_dict(), tmp_path / "embedding_model.ckpt")
        lines = [f"    {key}: {value}" for key, value in arguments.items()]
        hparams = HPARAMS.format(
            model=f"{model_cls.__module__}.{model_cls.__qualname__}",
            arguments="\n".join(lines),
        )
        (tmp_path / "hyperparams.yaml").write_text(hparams)
        return tmp_path, model.eval()

    return save


@torch.no_grad()
def features(wavs):
    """What SpeechBrain's recipe computes: Fbank, less its mean over time."""
    fbank = Fbank(n_mels=24)(wavs)
    return fbank - fbank.mean(dim=1, keepdim=True)


@pytest.mark.parametrize("name", ["ecapa", "resnet"])
@torch.no_grad()
def test_equals_speechbrain(name, save):
    folder, model = save(name)
    encoder = SpeechBrainEncoder(folder)
    wavs = torch.randn(2, 16000) / 10
    measured = encoder.encode_batch(wavs)
    assert measured.shape == (2, 1, encoder.dimension) == (2, 1, 8)
    expected = model(features(wavs)).reshape(2, 1, 8)
    assert torch.allclose(measured, expected, atol=1e-5)


@torch.no_grad()
def test_x_vector_without_noise(save):
    """Mean and deviation over time, by hand."""
    folder, model = save("x-vector")
    encoder = SpeechBrainEncoder(folder)
    wavs = torch.randn(2, 16000) / 10
    frames = features(wavs)
    for layer in model.blocks[:-2]:
        frames = layer(frames)
    deviations = frames.std(dim=1) + 1e-5
    expected = model.blocks[-1](torch.cat([frames.mean(1), deviations], dim=1))
    assert torch.allclose(encoder.encode_batch(wavs)[:, 0], expected, atol=1e-6)
    assert torch.equal(encoder.encode_batch(wavs), encoder.encode_batch(wavs))


@ALL
def test_neither_padding_nor_the_batch_matters(name, save):
    encoder = SpeechBrainEncoder(save(name)[0])
    wavs = torch.randn(3, 16000)
    wavs[1, 8000:] = 7.0
    batch = encoder.encode_batch(wavs, torch.tensor([1.0, 0.5, 1.0]))
    alone = encoder.encode_batch(wavs[1:2, :8000])
    assert torch.allclose(batch[1], alone[0], atol=1e-5)


@ALL
def test_frozen_and_repeatable(name, save):
    encoder = SpeechBrainEncoder(save(name)[0])
    wavs = torch.randn(1, 8000)
    assert torch.equal(encoder.encode_batch(wavs), encoder.encode_batch(wavs))
    assert not any(p.requires_grad for p in encoder.parameters())
    assert not any(module.training for module in encoder.modules())


@ALL
def test_shortest_clip(name, save):
    encoder = SpeechBrainEncoder(save(name)[0])
    shortest = torch.randn(1, encoder.min_samples)
    assert encoder.encode_batch(shortest).isfinite().all()
    with pytest.raises(AudioError, match="too short"):
        encoder.encode_batch(shortest[:, 1:])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@ALL
def test_runs_where_its_parameters_are(name, save):
    encoder = SpeechBrainEncoder(save(name)[0])
    wavs = torch.randn(2, 16000)
    expected = encoder.encode_batch(wavs)
    measured = encoder.to("cuda").encode_batch(wavs)
    assert measured.is_cuda
    assert torch.allclose(measured.cpu(), expected, atol=1e-2)


def test_incomplete_folder(save):
    folder, _ = save("ecapa")
    (folder / "embedding_model.ckpt").unlink()
    with pytest.raises(ValueError, match=str(folder)):
        SpeechBrainEncoder(folder)
    (folder / "hyperparams.yaml").unlink()
    with pytest.raises(ValueError, match=str(folder)):
        SpeechBrainEncoder(folder)


def test_incomplete_checkpoint(save):
    folder, model = save("ecapa")
    parameters = model.state_dict()
    del parameters["fc.conv.weight"]
    torch.save(parameters, folder / "embedding_model.ckpt")
    with pytest.raises(ValueError, match=r"ckpt: lacks 1 .* fc.conv.weight"):
        SpeechBrainEncoder(folder)


def test_damaged_checkpoint(save):
    folder, _ = save("ecapa")
    (folder / "embedding_model.ckpt").write_bytes(b"")
    with pytest.raises(ValueError, match=str(folder)):
        SpeechBrainEncoder(folder)


def test_names_stand_for_repositories(save, monkeypatch):
    asked = []

    def fetched(source, files):
        asked.append(source)
        return save("ecapa")[0]

    monkeypatch.setattr(speechbrain_hub, "local_folder", fetched)
    for name in (*SPEAKER_ENCODERS, "someone/other"):
        SpeechBrainEncoder(name)
    assert asked == [*SPEAKER_ENCODERS.values(), "someone/other"]


@pytest.mark.parametrize(
    "line",
    [
        "x: !apply:os.system [touch RAN]",
        "x: !new:subprocess.Popen {args: [touch, RAN]}",
        "x: !name:os.system",
        "x: !new:speechbrain.lobes.features.torch.hub.load {repo_or_dir: x}",
        "x: !!python/object/apply:os.system [touch RAN]",
    ],
)
def test_foreign_code_does_not_run(save, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder, _ = save("ecapa")
    path = folder / "hyperparams.yaml"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(ValueError, match="trust_remote_code=True") as error:
        SpeechBrainEncoder(folder)
    assert str(path) in str(error.value)
    assert not (tmp_path / "RAN").exists()


def test_what_is_trusted_is_built(save):
    folder, _ = save("ecapa")
    path = folder / "hyperparams.yaml"
    path.write_text(path.read_text() + "x: !new:collections.Counter\n")
    assert SpeechBrainEncoder(folder, trust_remote_code=True).dimension == 8
