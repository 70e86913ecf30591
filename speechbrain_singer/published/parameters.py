"""The parameters of the published singer encoders: found, checked, loaded."""

from pathlib import Path

from speechbrain.utils.fetching import FetchConfig
from speechbrain.utils.parameter_transfer import Pretrainer

from speechbrain_singer.dataio.hub import fetch_options, fetch_repository
from speechbrain_singer.dataio.weights import check_finite, read_weights

_HUB = "BernardoTorres/singer-identity"
_FILE = "model.pt"
_REMEDY = "get it anew"

# What names begin with, ours and the published ones
_NAMES = {
    "features.": "feature_extractor.spec_layer.",
    "encoder.net.": "encoder.net.2.",
}
# The published front end has it for a transform back to waveforms
_UNUSED = "feature_extractor.spec_layer.stft.window_mask"


class PublishedPretrainer(Pretrainer):
    """Finds the parameters of a published encoder.

    That is the file `model.pt` beside the hyperparameters, or else the one in
    a folder of the hub repository BernardoTorres/singer-identity, which
    SpeechBrain's `Pretrainer` cannot name.

    Arguments
    ---------
    hub_folder : str
        In that repository: `byol`, `contrastive`, `contrastive-vc`,
        `unif-align` or `vicreg`.
    encoder : WaveformEncoder
        Of a `PublishedLogMel` and a `PublishedEfficientNet`.

    Example
    -------
    >>> import torch
    >>> folder = getfixture("tmp_path")
    >>> (folder / "model.pt").touch()
    >>> pretrainer = PublishedPretrainer("byol", torch.nn.Identity())
    >>> pretrainer.collect_files(str(folder))["encoder"].name
    'model.pt'
    """

    def __init__(self, hub_folder, encoder):
        super().__init__(
            loadables={"encoder": encoder},
            custom_hooks={"encoder": load_published},
        )
        self.hub_file = f"{hub_folder}/{_FILE}"

    def collect_files(self, default_source, fetch_config=FetchConfig()):  # noqa: B008, SpeechBrain's way
        """Finds the file, or fetches it into the hub's cache.

        Arguments
        ---------
        default_source : str
            The folder with the hyperparameters.
        fetch_config : FetchConfig

        Returns
        -------
        paths : dict
            `encoder`, the path of the file.

        Raises
        ------
        FileNotFoundError
            If there is no such file, neither here nor on the hub.
        ValueError
            If what was fetched is damaged.
        """
        path = Path(default_source, _FILE)
        if not path.is_file():
            path = self._fetched(default_source, fetch_config)
        # As SpeechBrain's own leaves it for load_collected
        self.paths["encoder"] = str(path)
        self.is_local.append("encoder")
        return {"encoder": path}

    def _fetched(self, folder, fetch_config):
        options = fetch_options(fetch_config)
        try:
            cache = fetch_repository(_HUB, [self.hub_file], **options)
            if (cache / self.hub_file).is_file():
                return cache / self.hub_file
            problem = "it is not there"
        except OSError as error:
            problem = error
        raise FileNotFoundError(
            f"{folder}: no {_FILE} here, and {self.hub_file} of the hub "
            f"repository {_HUB} cannot be fetched ({problem}); get https://"
            f"huggingface.co/{_HUB}/resolve/main/{self.hub_file} and put it "
            f"beside hyperparams.yaml as {_FILE}"
        )


def load_published(encoder, path):
    """Loads the parameters of a published encoder, and accepts no others.

    Arguments
    ---------
    encoder : WaveformEncoder
        Of a `PublishedLogMel` and a `PublishedEfficientNet`.
    path : str or Path

    Raises
    ------
    ValueError
        If the file is damaged, has other parameters, or such as are not finite.
    """
    names = {_published(name): name for name in encoder.state_dict()}
    parameters = _read(path)
    _refuse_other_names(path, set(parameters), {*names, _UNUSED})
    try:
        encoder.load_state_dict(
            {ours: parameters[theirs] for theirs, ours in names.items()}
        )
    except RuntimeError as error:
        raise ValueError(
            f"{path}: not the parameters of a published singer encoder: {error}"
        ) from error
    check_finite(path, encoder.state_dict(), _REMEDY)


def _read(path):
    parameters = read_weights(path, _REMEDY)
    if not isinstance(parameters, dict):
        raise ValueError(
            f"{path}: holds a {type(parameters).__name__}, not the parameters "
            "of a published singer encoder"
        )
    return parameters


def _published(name):
    """The published name of a parameter."""
    ours = next(prefix for prefix in _NAMES if name.startswith(prefix))
    return _NAMES[ours] + name.removeprefix(ours)


def _refuse_other_names(path, found, expected):
    if found != expected:
        raise ValueError(
            f"{path}: not the parameters of a published singer encoder: "
            f"{_listed('missing', expected - found)}; "
            f"{_listed('unexpected', found - expected)}"
        )


def _listed(kind, names):
    if not names:
        return f"none {kind}"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{kind} {', '.join(sorted(map(str, names))[:3])}{more}"
