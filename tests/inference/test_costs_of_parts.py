import time
from pathlib import Path

import pytest

from speechbrain_singer.inference.description import (
    Description,
    DescriptionError,
)
from speechbrain_singer.inference.parts import PARTS
from speechbrain_singer.lobes.singer_cnn import SingerCNN

CNN = "!new:speechbrain_singer.lobes.singer_cnn.SingerCNN"
HEAD = "!new:speechbrain_singer.lobes.heads.ClassifierHead"
LOBES = "!new:speechbrain_singer.lobes"
POOLING = f"{LOBES}.layer_pooling.LayerPooling"
FRAMES = f"{LOBES}.layer_pooling.LayerFrames"
FRONT_END = f"{LOBES}.front_ends.FrontEnd"
MUQ = f"{LOBES}.muq_layers.MuQLayers"
RESNET = f"{LOBES}.voice_resnet.VoiceResNet"
GE2E = f"{LOBES}.ge2e_layers.GE2ELayers"
ADAPTED = f"{LOBES}.adapters.AdaptedFrontEnd"
CQT = f"{LOBES}.cqt.CQTDecibels"
MAGNITUDES = f"{LOBES}.magnitude_mel.LogMagnitudeMel"
# As large as each of them may be, but not together
LARGE = (
    "model_type: wavlm, hidden_size: 8192, num_hidden_layers: 64, "
    "num_attention_heads: 64, intermediate_size: 32768"
)


@pytest.mark.parametrize(
    "part, message",
    [
        (f"{CNN} {{hidden_dim: 65536}}", r"parameters: 5\.37e\+08 at most"),
        (f"{CNN} {{output_dim: 1000000000}}", r"parameters"),
        (f"{CNN} {{first_channels: 100000000}}", r"parameters"),
        (f"{CNN} {{channels: [65536]}}", r"parameters"),
        (f"{CNN} {{bands: 1000000000}}", r"parameters"),
        (f"{CNN} {{aggregation: none, frames: 1000000}}", r"parameters"),
        (f"{CNN} {{hidden_dim: {10**30}}}", "cannot be built"),
        (f"{CNN} {{channels: [{'8, ' * 65}]}}", "65 blocks: 64 at most"),
        (f"{CNN} {{channels: 8}}", "cannot be built"),
        (f"{CNN} {{hidden_dim: -1}}", "cannot be built"),
        (f"{HEAD} {{input_dim: 1000000000, names: [a, b]}}", "parameters"),
        (f"{HEAD} {{input_dim: 4, names: [a]}}", "two at least"),
        (
            f"{LOBES}.notes_head.NotesHead {{input_dim: 100000000}}",
            "parameters",
        ),
        (f"{FRAMES} {{layers: {10**12}, width: 4}}", "parameters"),
        (
            f"{POOLING} {{layers: 2, width: {10**9}, projected: true}}",
            "parameters",
        ),
        (f"{GE2E} {{pretrained: true}}", "pretrained fetches"),
        (f"{ADAPTED} {{front_end: {GE2E} {{}}}}", "no transformer to adapt"),
        (f"{CQT} {{f_min: 0.01}}", "its filter would have"),
        (f"{MAGNITUDES} {{n_fft: 65536, n_mels: 32768}}", "n_mels"),
        (f"{LOBES}.crnn.CRNN {{frames: {10**9}}}", "frames"),
        (f"{LOBES}.waveform_cnn.WaveformCNN {{samples: {10**9}}}", "samples"),
        (f"{LOBES}.note_cnn.NoteCNN {{bins: {10**9}}}", "bins"),
        (f"{LOBES}.note_cnn.NoteCNN {{embedding_dim: 5000}}", "embedding_dim"),
        (f"{RESNET} {{channels: [65536], blocks: [1]}}", "parameters"),
        (f"{RESNET} {{channels: [8], blocks: [{10**9}]}}", "blocks in all"),
        (f"{LOBES}.waveform.Waveform {{sample_rate: 0}}", "sample_rate"),
    ],
)
def test_what_would_fill_the_memory_is_not_built(tmp_path, part, message):
    path = tmp_path / "hyperparams.yaml"
    path.write_text(f"network: {part}\n")
    start = time.perf_counter()
    with pytest.raises(ValueError, match=message) as error:
        Description(path).build()
    assert str(path) in str(error.value)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "config, message",
    [
        (LARGE, r"parameters: 5\.37e\+08 at most"),
        ("model_type: wavlm, num_hidden_layers: 65", "64 at most"),
        (f"model_type: wavlm, hidden_size: {10**9}", "hidden_size"),
        (f"model_type: wavlm, num_buckets: {10**9}", "num_buckets"),
        (f"model_type: wavlm, conv_dim: [{'8, ' * 17}]", "a list of 16 at"),
        (f"model_type: wavlm, conv_dim: [{10**9}]", "conv_dim"),
        ("model_type: wavlm, conv_stride: [0]", "conv_stride"),
        ("model_type: wavlm, hidden_act: [1]", "hidden_act: .* must be a str"),
        ("model_type: wavlm, hidden_dropout: 2", "hidden_dropout"),
        (
            f"model_type: data2vec-audio, num_conv_pos_embeddings: {10**9}",
            "num_conv_pos_embeddings",
        ),
        ("model_type: bert", "model_type: 'bert'"),
        ("hidden_size: 8", "model_type"),
        # What transformers would fetch or run
        ("model_type: wavlm, _name_or_path: a/b", "_name_or_path: no setting"),
        ("model_type: wavlm, _attn_implementation: a/b", "no setting"),
        ("model_type: wavlm, auto_map: {AutoModel: a/b--c.D}", "no setting"),
    ],
)
def test_front_ends_of_others_settings(tmp_path, config, message):
    pytest.importorskip("transformers").WavLMModel  # noqa: B018, imports it
    test_what_would_fill_the_memory_is_not_built(
        tmp_path, f"{FRONT_END} {{config: {{{config}}}}}", message
    )


@pytest.mark.parametrize(
    "config, message",
    [
        ("num_hidden_layers: 65", "64 at most"),
        (
            "conv_dim: 512, mel_mean: 0, mel_std: 1, num_hidden_layers: 64, "
            "hidden_size: 8192, num_attention_heads: 64",
            "parameters",
        ),
        ("conv_dim: 8192, mel_mean: 0, mel_std: 1", "parameters"),
        ("max_source_positions: 1000000", "max_source_positions"),
        # What the package would load by pickle
        ("rvq_ckpt_path: /tmp/x", "rvq_ckpt_path: no setting"),
        ("use_encodec_target: true", "no setting"),
    ],
)
def test_a_muq_of_others_settings(tmp_path, config, message):
    pytest.importorskip("muq")
    test_what_would_fill_the_memory_is_not_built(
        tmp_path, f"{MUQ} {{config: {{{config}}}}}", message
    )


@pytest.mark.parametrize("source", ["a/b", "/tmp", "wavlm"])
@pytest.mark.parametrize("argument", ["source", "config"])
@pytest.mark.parametrize("part", [FRONT_END, MUQ, GE2E])
def test_no_source_is_ever_read(tmp_path, part, argument, source):
    path = tmp_path / "hyperparams.yaml"
    path.write_text(f"x: {part} {{{argument}: {source}}}\n")
    with pytest.raises(DescriptionError, match="cannot be built"):
        Description(path).build()


def test_all_known_parts_are_said_to_be():
    said = Path(__file__).parents[2].joinpath("docs/trust.md").read_text()
    names = [part.__name__ for part in PARTS.values()]
    assert [name for name in names if f"`{name}`" not in said] == []


def test_the_published_networks_are_built(tmp_path):
    path = tmp_path / "hyperparams.yaml"
    path.write_text(
        f"network: {CNN} {{channels: [128], hidden_dim: 1024, output_dim: 16}}"
    )
    network = Description(path).build()["network"]
    assert isinstance(network, SingerCNN)
    assert not any(p.is_meta for p in network.parameters())


@pytest.mark.parametrize("nested", [False, True])
def test_not_more_parts_than_an_encoder_has(tmp_path, nested):
    """Each of them may be as large as the largest network."""
    part = "!new:speechbrain_singer.lobes.features.LogMel"
    for count in (8, 9):
        lines = [f"x{number}: {part}" for number in range(count)]
        if nested:
            lines = ["x:", *(f"  - y: {part}" for _ in range(count))]
        path = tmp_path / "hyperparams.yaml"
        path.write_text("\n".join(lines))
        if count == 8:
            assert Description(path).build()
            continue
        with pytest.raises(DescriptionError, match=r"9 parts: .* has 8 at"):
            Description(path).build()


def test_adapters_are_no_larger_than_what_they_adapt(tmp_path):
    pytest.importorskip("transformers").HubertModel  # noqa: B018, imports it
    config = "{model_type: hubert, hidden_size: 48, num_hidden_layers: 1}"
    front_end = f"{FRONT_END} {{config: {config}}}"
    test_what_would_fill_the_memory_is_not_built(
        *(tmp_path, f"{ADAPTED} {{front_end: {front_end}, rank: 49}}"),
        r"rank of the adapter: 49: .* 48 at most",
    )
