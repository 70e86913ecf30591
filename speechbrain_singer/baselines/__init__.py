"""Other encoders behind the same interface, by name.

What an encoder is: `sample_rate` in Hz, `dimension`, and `encode_batch` of
[batch, time] to [batch, 1, dimension], where no row depends on another one.
"""

from importlib import import_module

# Name -> module here, class in it, and what that takes. Nothing is imported
# before it is asked for: some need packages that are an option.
BASELINES = {
    "mfcc": ("mfcc", "MFCCStatistics"),
    "spectral": ("spectral", "SpectralStatistics"),
    "ge2e": ("ge2e", "GE2E"),
    "untrained": ("untrained", "Untrained"),
    "f-resnet": ("clovaai", "FResNet"),
    "h-asp": ("clovaai", "HASP"),
    "ecapa": ("speechbrain_hub", "SpeechBrainEncoder", "ecapa"),
    "x-vector": ("speechbrain_hub", "SpeechBrainEncoder", "x-vector"),
    "resnet": ("speechbrain_hub", "SpeechBrainEncoder", "resnet"),
    "wav2vec2": ("layer_means", "LayerMeans", "wav2vec2"),
    "xlsr-53": ("layer_means", "LayerMeans", "xlsr-53"),
    "hubert": ("layer_means", "LayerMeans", "hubert"),
    "wavlm": ("layer_means", "LayerMeans", "wavlm"),
    "mert": ("layer_means", "LayerMeans", "mert"),
    "mert-v1": ("layer_means", "LayerMeans", "mert-v1"),
    "muq": ("layer_means", "LayerMeans", "muq"),
    "music2vec": ("layer_means", "LayerMeans", "music2vec"),
    "wavlm-sv": ("wavlm_sv", "WavLMSV"),
}


def load_baseline(name, device="cpu"):
    """Builds a baseline by its name.

    Arguments
    ---------
    name : str
        A key of `BASELINES`.
    device : str or torch.device
        Where it runs.

    Returns
    -------
    encoder : torch.nn.Module
        In evaluation mode, its parameters frozen.

    Raises
    ------
    ValueError
        If there is no baseline of that name.

    Example
    -------
    >>> load_baseline("mfcc").dimension
    40
    """
    if name not in BASELINES:
        raise ValueError(
            f"no baseline {name!r}; there are {', '.join(sorted(BASELINES))}"
        )
    module, cls, *arguments = BASELINES[name]
    cls = getattr(import_module(f"{__name__}.{module}"), cls)
    if hasattr(cls, "from_hparams"):  # SpeechBrain's interfaces are not moved
        return cls(*arguments, run_opts={"device": str(device)})
    return cls(*arguments).to(device).eval().requires_grad_(False)
