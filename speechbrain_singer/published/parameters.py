"""The parameters of the published singer encoders: found, checked, loaded."""

from pathlib import Path

from speechbrain.utils.fetching import (
    FetchConfig,
    FetchFrom,
    LocalStrategy,
    fetch,
    guess_source,
)
from speechbrain.utils.parameter_transfer import Pretrainer

from speechbrain_singer.dataio.weights import HUB_ERRORS, read_weights

_HUB = "BernardoTorres/singer-identity"
_FILE = "model.pt"

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

    def collect_files(
        self,
        default_source,
        local_strategy=LocalStrategy.SYMLINK,
        fetch_config=FetchConfig(),  # noqa: B008, SpeechBrain's way
    ):
        """Finds the file, or fetches it.

        Arguments
        ---------
        default_source : str or FetchSource
            Where the hyperparameters come from.
        local_strategy : LocalStrategy
        fetch_config : FetchConfig

        Returns
        -------
        paths : dict
            `encoder`, the path of the file.

        Raises
        ------
        FileNotFoundError
            If there is no such file, neither here nor on the hub.
        """
        kind, folder = guess_source(default_source)
        is_here = (
            kind is FetchFrom.LOCAL and Path(folder).joinpath(_FILE).is_file()
        )
        try:
            path = fetch(
                _FILE if is_here else self.hub_file,
                folder if is_here else _HUB,
                savedir=self.collect_in,
                save_filename="encoder.ckpt",
                local_strategy=local_strategy,
                fetch_config=fetch_config,
            )
        except HUB_ERRORS as error:
            raise FileNotFoundError(
                f"{folder}: no {_FILE} here, and {self.hub_file} of the hub "
                f"repository {_HUB} cannot be fetched ({error}); get https://"
                f"huggingface.co/{_HUB}/resolve/main/{self.hub_file} and put "
                f"it beside hyperparams.yaml as {_FILE}"
            ) from error
        # As SpeechBrain's own leaves it for load_collected
        self.paths["encoder"] = str(path)
        self.is_local.append("encoder")
        return {"encoder": path}


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
        If the file is damaged or has other parameters.
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


def _read(path):
    parameters = read_weights(path, "get it anew")
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
