"""GE2E's three LSTMs as a front end: waveforms in, layers out."""

import warnings

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.spectrogram import slaney_filterbank

_N_FFT, _HOP, _BANDS = 400, 160, 40  # 25 ms, 10 ms
_LEAST_RMS = 10 ** (-30 / 20)  # -30 dB of full scale
_LAYERS, _WIDTH = 3, 256


class GE2ELayers(LayeredFrontEnd):
    """The LSTMs of a speech encoder that was trained to verify speakers.

    Wan et al., "Generalized end-to-end loss for speaker verification", ICASSP
    2018, as the package `resemblyzer` has it; what it then makes of the last
    LSTM's last frame, the embedding, is not part of this.
    Quiet clips are amplified to -30 dB as there, but no silence is cut out:
    a frame stays where it is in the clip. The LSTMs start anew with each
    clip. They were trained on 1.6 s.

    Layer k is the output of LSTM k + 1. Their input, 40 mel bands, is none of
    them, as its width is another one.

    Arguments
    ---------
    frozen : bool
        Whether nothing is trained; `freeze` and `unfreeze` change it.
    pretrained : bool
        Whether to start from the weights that the package ships, rather than
        from random ones.

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them. Frame k is centred on sample 160 k.

    Raises
    ------
    ImportError
        If the package is missing, and pretrained weights are asked for.

    Example
    -------
    >>> front_end = GE2ELayers()
    >>> front_end(torch.randn(2, 16000)).shape
    torch.Size([2, 101, 3, 256])
    """

    sample_rate = 16000
    min_samples = _HOP
    layers = _LAYERS
    width = _WIDTH
    frame_rate = sample_rate / _HOP
    first_frame = 0.0

    def __init__(self, frozen=False, pretrained=False):
        super().__init__()
        self.lstms = torch.nn.ModuleList(
            torch.nn.LSTM(size, _WIDTH, batch_first=True)
            for size in (_BANDS, _WIDTH, _WIDTH)
        )
        if pretrained:
            package = load_resemblyzer()
            whole = package.VoiceEncoder("cpu", verbose=False).lstm
            for number, lstm in enumerate(self.lstms):
                lstm.load_state_dict(_of_layer(whole, number, lstm))
        # Both follow from the settings, so they stay out of the checkpoint
        filterbank = slaney_filterbank(self.sample_rate, _N_FFT, _BANDS)
        self.register_buffer("filterbank", filterbank, persistent=False)
        window = torch.hann_window(_N_FFT)
        self.register_buffer("window", window, persistent=False)
        if frozen:
            self.freeze()
        else:
            self.unfreeze()

    @fwd_default_precision(cast_inputs=torch.float32)
    def normalised(self, wavs):
        """Each row, [batch, time], at -30 dB of full scale at least."""
        rms = wavs.square().mean(dim=1, keepdim=True).sqrt()
        gain = (_LEAST_RMS / rms).clamp(min=1)
        return torch.where(rms > 0, gain * wavs, wavs)

    @fwd_default_precision(cast_inputs=torch.float32)
    def mel(self, wavs):
        """Mel power spectrogram: [batch, time] to [batch, frames, 40].

        As resemblyzer's `wav_to_mel_spectrogram`: beyond the ends of a clip
        there are zeros.
        """
        padded = F.pad(wavs, (_N_FFT // 2, _N_FFT // 2))
        frames = padded.unfold(1, _N_FFT, _HOP) * self.window
        spectrum = torch.fft.rfft(frames)
        return spectrum.abs().square() @ self.filterbank

    def hidden_layers(self, wavs):
        """As `forward`, of what is normalised already."""
        outputs = [self.mel(wavs)]
        for lstm in self.lstms:
            outputs.append(lstm(outputs[-1])[0])
        return torch.stack(outputs[1:], dim=2)


def _of_layer(whole, number, lstm):
    """The weights of one of the layers of an LSTM, as of one by itself."""
    return {
        name: getattr(whole, name.replace("_l0", f"_l{number}"))
        for name in lstm.state_dict()
    }


def load_resemblyzer():
    """The package, which is an extra; an ImportError says how to get it."""
    try:
        with warnings.catch_warnings():
            # webrtcvad imports pkg_resources, which warns that it will go
            warnings.simplefilter("ignore")
            import resemblyzer
    except ImportError as error:
        raise ImportError(
            f"GE2E needs the package resemblyzer ({error}): "
            "pip install speechbrain_singer[ge2e]"
        ) from error
    return resemblyzer
