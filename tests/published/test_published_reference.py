"""The published code beside ours: a development test.

It runs where the environment variable SSL_SINGER_IDENTITY names a checkout of
https://github.com/SonyCSLParis/ssl-singer-identity (last compared at commit
24751d11c6c169adc53be906fd36560df447f974). Only the model is imported, which
needs nothing but what `.[dev]` installs.
"""

import os
import shutil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
import yaml

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

CHECKOUT = os.environ.get("SSL_SINGER_IDENTITY")

pytestmark = [
    pytest.mark.skipif(
        not CHECKOUT, reason="SSL_SINGER_IDENTITY names no checkout"
    ),
    # The published code names what it asks of torchvision as of old
    pytest.mark.filterwarnings("ignore:.*:UserWarning"),
]

# As published, but for `pretrained`: that would fetch ImageNet's weights
HPARAMS = {
    "encoder": {
        "backbone": "efficientnet_b0",
        "embedding_dim": 1000,
        "pretrained": False,
    },
    "feature_extractor": {
        "hop_length": 512,
        "n_fft": 2048,
        "spec_layer": "melspectogram",
    },
}


def voice(singer, seconds):
    """[time], peaks between -12 and -1 dB."""
    take = Take(
        draw_singer(1, singer),
        draw_song(1, singer, seconds),
        draw_recording(1, singer),
    )
    return synthesise([take], seconds)[0]


def with_rest(clip):
    clip = clip.clone()
    clip[60000:120000] = 0
    return clip


def noise(samples):
    return torch.randn(samples, generator=torch.Generator().manual_seed(0))


CLIPS = {
    "voice": lambda: voice(0, 4.0),
    "quiet voice": lambda: 0.003 * voice(1, 4.0),
    "loud voice": lambda: 4 * voice(2, 4.0),
    "voice with digital silence in it": lambda: with_rest(voice(3, 4.0)),
    "as long as in training": lambda: voice(4, 4.0)[:176000],
    "voice of 1.7 s": lambda: voice(5, 1.7),
    "voice of 0.1 s": lambda: voice(6, 1.0)[-4410:],
    "white noise": lambda: 0.1 * noise(176400),
    "brown noise": lambda: 1e-3 * noise(100000).cumsum(0),
    "tone": lambda: 0.5 * torch.sin(torch.arange(88200) / 15),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the published code loads, of random weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(CHECKOUT)
        from singer_identity.model import IdentityEncoder
    torch.manual_seed(0)
    model = IdentityEncoder(**HPARAMS).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            # Random weights as they come make 1 in 1000 of a rounding error
            torch.nn.init.constant_(module.weight, 0.2)
    # Numbers of the size that training gives them
    torch.nn.init.normal_(model.encoder.net[2].classifier[1].weight)
    log_scale, to_rgb, network = model.encoder.net
    clips = [make().repeat(40)[:176400] for make in CLIPS.values()]
    # One by one: the published maximum is that of a batch
    images = [
        to_rgb(log_scale(model.feature_extractor(wav.unsqueeze(0))))
        for clip in clips
        for wav in (clip, at_peak_1(clip))
    ]
    calibrate_batch_norm(network, torch.cat(images))
    folder = tmp_path_factory.mktemp("published") / "byol"
    folder.mkdir()
    (folder / "hyperparams.yaml").write_text(yaml.safe_dump(HPARAMS))
    torch.save(model.state_dict(), folder / "model.pt")
    return folder


@pytest.fixture(scope="module")
def published(folder):
    """The published model, loaded by the published code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(CHECKOUT)
        from singer_identity import load_model

        source = str(folder.parent)
        return load_model("byol", source, savedir=source).eval()


@pytest.fixture(scope="module")
def load_ours(folder, tmp_path_factory):
    """Our folder, with that model.pt put into it, as a function."""
    name = "ssl-singer-identity-byol"
    repository = Path(__file__).parents[2]
    ours = tmp_path_factory.mktemp("ours")
    shutil.copy(repository / "pretrained" / name / "hyperparams.yaml", ours)
    shutil.copy(folder / "model.pt", ours)
    return lambda **overrides: SingerEncoder.from_hparams(
        ours, overrides=overrides
    )


@pytest.fixture(scope="module")
def as_evaluated(load_ours):
    return load_ours()


@pytest.fixture(scope="module")
def network_alone(load_ours):
    return load_ours(normalize_peak=False)


def at_peak_1(clip):
    """As the published evaluation reads a clip."""
    return clip / torch.max(torch.abs(clip))


@torch.no_grad()
def compare(encoder, clip, published, wav, record):
    expected = published(wav.unsqueeze(0))
    before = encoder.mods.encoder(clip.unsqueeze(0)) - expected
    after = encoder.encode_batch(clip)[0] - F.normalize(expected, dim=-1)
    record("size", expected.abs().max().item())
    record("before", before.abs().max().item())
    record("after", after.abs().max().item())
    assert before.abs().max() <= 1e-4
    assert after.abs().max() <= 1e-4


@pytest.mark.parametrize("name", CLIPS)
def test_clips_as_the_published_evaluation_reads_them(
    name, as_evaluated, published, record_property
):
    clip = CLIPS[name]()
    wav = at_peak_1(clip)
    compare(as_evaluated, clip, published, wav, record_property)


@pytest.mark.parametrize("name", CLIPS)
def test_clips_as_they_come(name, network_alone, published, record_property):
    clip = CLIPS[name]()
    compare(network_alone, clip, published, clip, record_property)


def test_the_clips_have_embeddings_of_their_own(published):
    clips = [at_peak_1(make()).unsqueeze(0) for make in CLIPS.values()]
    with torch.no_grad():
        embeddings = F.normalize(torch.cat([*map(published, clips)]), dim=-1)
    distances = torch.cdist(embeddings, embeddings)
    assert distances[~torch.eye(len(clips), dtype=bool)].min() > 0.02


def test_silence_is_nan_there_and_an_error_here(as_evaluated, published):
    silence = torch.zeros(1, 176400)
    assert published(at_peak_1(silence)).isnan().all()
    with pytest.raises(ValueError, match="silent"):
        as_evaluated.encode_batch(silence)
