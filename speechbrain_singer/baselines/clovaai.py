"""F-ResNet and H/ASP, clovaai's speaker encoders, with their weights."""

from pathlib import Path

import torch
import torch.nn.functional as F
import torchaudio

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.baselines.se_resnet import ResNetSE34L, ResNetSE34V2
from speechbrain_singer.dataio.weights import read_weights

# Plain http, and no hash of the files is published: nobody could tell whether
# what comes is what was sent, so that users fetch it on their own account
_ADDRESS = "http://www.robots.ox.ac.uk/~joon/data/"
_SAMPLE_RATE = 16000
_N_FFT = 512


class _Clovaai(FrozenEncoder):
    """A network and the features that both encoders have in common."""

    def __init__(self, network, n_mels, file, checkpoint):
        super().__init__(_SAMPLE_RATE, 512, min_samples=_N_FFT // 2 + 1)
        self.mel = torchaudio.transforms.MelSpectrogram(
            _SAMPLE_RATE,
            n_fft=_N_FFT,
            win_length=400,
            hop_length=160,
            window_fn=torch.hamming_window,
            n_mels=n_mels,
        )
        self.network = network
        load_published(network, checkpoint, _ADDRESS + file)
        self.freeze()

    def embed(self, wavs):
        # Each band with mean 0 and deviation 1 over time
        return self.network(F.instance_norm((self.mel(wavs) + 1e-6).log()))


class FResNet(_Clovaai):
    """Fast ResNet-34, 1.4 M parameters, 512-d, 16 kHz.

    Its weights: http://www.robots.ox.ac.uk/~joon/data/baseline_lite_ap.model,
    of clovaai/voxceleb_trainer (MIT), trained on VoxCeleb2.

    Arguments
    ---------
    checkpoint : str or Path, optional
        That file; if left out, the one of this name in the folder `checkpoints`
        of torch.hub's. It is not fetched: see docs/trust.md.

    Example
    -------
    >>> encoder = FResNet("baseline_lite_ap.model")  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 512])
    """

    def __init__(self, checkpoint=None):
        network = ResNetSE34L()
        super().__init__(network, 40, "baseline_lite_ap.model", checkpoint)


class HASP(_Clovaai):
    """H/ASP, 8.0 M parameters, 512-d, 16 kHz.

    Its weights: http://www.robots.ox.ac.uk/~joon/data/baseline_v2_smproto.model
    of clovaai/voxceleb_trainer (MIT), trained on VoxCeleb2.

    Arguments
    ---------
    checkpoint : str or Path, optional
        That file; if left out, the one of this name in the folder `checkpoints`
        of torch.hub's. It is not fetched: see docs/trust.md.

    Example
    -------
    >>> encoder = HASP("baseline_v2_smproto.model")  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 512])
    """

    def __init__(self, checkpoint=None):
        network = ResNetSE34V2()
        super().__init__(network, 64, "baseline_v2_smproto.model", checkpoint)

    def prepare(self, wavs):
        """Pre-emphasis; the sample before the first is the second, mirrored."""
        before = torch.cat([wavs[:, 1:2], wavs[:, :-1]], dim=1)
        return wavs - 0.97 * before


def load_published(network, checkpoint, address):
    """Loads a checkpoint of clovaai/voxceleb_trainer by its keys.

    The network's parameters stand under `__S__.` there. The loss's, and the
    constants of the features, are left aside.

    Arguments
    ---------
    network : torch.nn.Module
    checkpoint : str or Path or None
        The file; None for the one in torch.hub's folder.
    address : str
        From where users get it.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged, or of another network.
    """
    file = address.split("/")[-1]
    kept = Path(torch.hub.get_dir(), "checkpoints", file)
    path = kept if checkpoint is None else checkpoint
    published = read_weights(
        path,
        f"get it from {address} yourself and put it there, or give its path as "
        "checkpoint; over plain http and without a hash it is not fetched",
    )
    try:
        published = published.get("model_state_dict", published)
        # Models trained on several GPUs may have it in their names
        published = {k.replace("module.", ""): v for k, v in published.items()}
        names = network.state_dict()
        network.load_state_dict({n: published[f"__S__.{n}"] for n in names})
    except (AttributeError, KeyError, RuntimeError) as error:
        raise ValueError(
            f"{path}: not a checkpoint of this network, which is to be had "
            f"from {address} ({type(error).__name__}: {error})"
        ) from error
