import pytest
import torch

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


def buzz(hertz, samples):
    """Pulses: clips that an untrained network tells apart."""
    time = torch.arange(samples) / 44100
    return (torch.sin(2 * torch.pi * hertz * time) > 0.9).float()


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = WaveformEncoder(LogMel(), EfficientNet())
    wavs = torch.stack([buzz(80 * 1.3**i, 8820) for i in range(12)])
    calibrate_batch_norm(model, wavs)
    return model.eval()


@torch.no_grad()
def test_neither_batch_nor_padding_matters(model):
    lengths = [6000, 11025, 11025, 22050]
    clips = [buzz(100 + n / 50, n) for n in lengths]
    alone = torch.cat([model(clip.unsqueeze(0)) for clip in clips])
    for longest in (22050, 30000):
        wavs = torch.stack(
            [torch.nn.functional.pad(c, (0, longest - len(c))) for c in clips]
        )
        # What is behind a clip's end must not count, whatever it is
        for wav, n in zip(wavs, lengths, strict=True):
            wav[n:] = 0.5
        batch = model(wavs, torch.tensor(lengths) / longest)
        assert (batch - alone).abs().max() < 1e-5 * alone.abs().max()


@torch.no_grad()
def test_clips_differ(model):
    clips = torch.stack([buzz(100, 11025), buzz(1000, 11025)])
    first, second = model(clips)
    assert (first - second).abs().max() > 0.1 * first.abs().max()


def test_too_short_a_clip_is_refused(model):
    with pytest.raises(ValueError, match="100 samples is too short"):
        model(torch.zeros(1, 100))


@pytest.mark.parametrize("wav_lens", [[1.0], [0.5, 1.5], [0.0, 1.0]])
def test_lengths_that_make_no_sense_are_refused(model, wav_lens):
    with pytest.raises(ValueError, match="2 relative lengths in"):
        model(torch.zeros(2, 9000), torch.tensor(wav_lens))
