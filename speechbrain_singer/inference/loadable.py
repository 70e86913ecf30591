"""Models that load from a folder without running what it names."""

from speechbrain_singer.inference.guest import Guest
from speechbrain_singer.inference.loading import EncoderFiles
from speechbrain_singer.inference.source import (
    HPARAMS_FILE,
    encoder_folder,
    files_of,
)

# SpeechBrain's, which would do nothing here, or other than it says
_NOT_TAKEN = {
    "overrides_must_match": "every override has to match a key",
    "download_only": "huggingface_hub.snapshot_download fetches a repository",
    "local_strategy": "a savedir has copies, and a folder is left as it is",
    "use_auth_token": "give fetch_config=FetchConfig(token=...)",
    "pymodule_file": "no code is loaded but what hyperparams.yaml names, and "
    "that with trust_remote_code=True only",
    "classname": "call from_hparams of the class itself",
}


class Loadable(Guest):
    """A model with `from_hparams`, which takes the place of SpeechBrain's.

    Attributes
    ----------
    threshold : float or None
    calibration : dict or None
        What `calibration.yaml` beside the weights says of it.
    sha256 : str or None
        Of weights and settings; None of encoders that have no such digest.
    """

    # Of the hyperparameters: overridden where the file does not name them too
    HPARAMS_OPTIONAL = ()
    threshold = None
    calibration = None
    sha256 = None

    @classmethod
    def from_hparams(
        cls,
        source,
        hparams_file=HPARAMS_FILE,
        run_opts=None,
        overrides=None,
        savedir=None,
        fetch_config=None,
        trust_remote_code=False,
        freeze_params=True,
        **others,
    ):
        """Loads an encoder, and its threshold if there is one.

        Nothing that the source names is run: it is built of known parts, and
        its weights are numbers with a digest. An encoder with parts of its
        own needs `trust_remote_code` (see docs/trust.md).

        Arguments
        ---------
        source : str or Path
            The name of a bundled encoder, such as `synthetic`; a folder; or a
            repository on the Hugging Face hub, `owner/name`. A bundled name
            goes before a folder of that name in the working directory, which
            is `./synthetic`. A `Path` is a folder's.
        hparams_file : str
            Name of the hyperparameters file in it.
        run_opts : dict, optional
            SpeechBrain's, for example `{"device": "cuda:0"}` or
            `{"precision": "bf16"}`.
        overrides : dict, optional
            Other values for plain keys of the hyperparameters file, and for
            those in `HPARAMS_OPTIONAL`, which it may lack: of encoders
            `window_overlap`, the share of a window that the next one has too.
        savedir : str or Path, optional
            Where a repository is copied to, and found the next time. A folder
            is loaded from where it lies.
        fetch_config : FetchConfig, optional
            SpeechBrain's, with the `revision` of a repository.
        trust_remote_code : bool
            Whether to let HyperPyYAML build, and so run, whatever the
            hyperparameters file names.
        freeze_params : bool
            Whether no gradients are computed for the parameters.
        **others
            What else SpeechBrain takes is refused, with the reason.

        Returns
        -------
        encoder : Loadable
            Of the class that this is called of.

        Raises
        ------
        FileNotFoundError
            If there is no such folder, or no encoder in it.
        OSError
            If a hub repository cannot be fetched.
        TypeError
            If there are arguments that are not taken.
        ValueError
            If a file of the encoder is damaged, does not belong to the others,
            or names code to run; or if `savedir` has another source.
        """
        _refuse(cls, others)
        files = files_of(hparams_file)
        if trust_remote_code:
            files = [files[0], "*"]
        folder = encoder_folder(source, savedir, fetch_config, files)
        path = folder / hparams_file
        if not path.is_file():
            raise FileNotFoundError(
                f"{folder}: no {hparams_file} in this folder; give the folder "
                "that training wrote as <output_folder>/encoder"
            )
        files = EncoderFiles.read(path)
        hparams = files.build(
            overrides, fetch_config, trust_remote_code, cls.HPARAMS_OPTIONAL
        )
        taken = (*cls.HPARAMS_NEEDED, *cls.HPARAMS_OPTIONAL, "score")
        own = {name: hparams[name] for name in taken if name in hparams}
        try:
            encoder = cls(hparams["modules"], own, run_opts, freeze_params)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        encoder.sha256 = files.description.sha256
        if files.calibration is not None:
            encoder.calibration = files.calibration
            encoder.threshold = files.calibration["threshold"]
        return encoder


def _refuse(cls, others):
    for name in others:
        reason = _NOT_TAKEN.get(name, "there is no such argument")
        raise TypeError(f"{cls.__name__}.from_hparams: {name}: {reason}")
