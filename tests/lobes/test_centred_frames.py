import pytest
import torch

from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.multi_resolution import MultiResolutionDecibels
from speechbrain_singer.lobes.waveform import Waveform

QUARTER_TONES = CQTDecibels(44100, 1024, 168, bins_per_octave=24, f_min=65.4064)
SPECTROGRAMS = {
    **{"log-mel": LogMel(), "mel": MelDecibels(), "cqt": CQTDecibels()},
    **{"quarter tones": QUARTER_TONES, "three": MultiResolutionDecibels()},
}


@pytest.mark.parametrize("name", SPECTROGRAMS)
def test_a_click_is_in_the_frame_of_its_time(name):
    """Where filters are short: in the upper bands."""
    features = SPECTROGRAMS[name]
    place = 10 * features.hop_length
    wavs = torch.zeros(1, 2 * place + 1)
    wavs[0, place] = 1
    spectrogram = features(wavs).flatten(1, -2)[0]
    upper = spectrogram[len(spectrogram) // 2 :]
    loudest = upper.sum(dim=0).argmax().item()
    seconds = features.first_frame + loudest / features.frame_rate
    assert seconds == pytest.approx(place / features.sample_rate)


@pytest.mark.parametrize("name", SPECTROGRAMS)
def test_so_many_samples_have_so_many_frames(name):
    features = SPECTROGRAMS[name]
    samples = features.samples_for(40)
    assert features(torch.randn(1, samples)).shape[-1] == 40
    assert features(torch.randn(1, samples - 1)).shape[-1] == 39


def test_a_frame_of_a_waveform_is_a_sample():
    features = Waveform(8000)
    assert features(torch.randn(1, features.samples_for(7))).shape == (1, 1, 7)
    assert (features.frame_rate, features.first_frame) == (8000.0, 0.0)
