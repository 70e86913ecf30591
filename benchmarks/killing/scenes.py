"""What is killed: preparing a corpus, training, exporting, measuring."""

import hashlib
import importlib.util
import json
from pathlib import Path

import torch
import yaml
from speechbrain.utils import logger

import speechbrain_singer
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

ROOT = Path(speechbrain_singer.__file__).parents[1]
CORPUS = {"singers": 6, "songs_per_singer": 2, "seconds": 1.5}
TINY = {
    "clip_seconds": 0.4,
    "batch_size": 4,
    "clips_per_epoch": 8,
    "valid_pairs": 8,
    "num_workers": 0,
    "epochs": 2,
    "valid_singers": 2,
    "test_singers": 2,
    "ckpt_interval_minutes": 0,
}
TOLERANCE = {"rel_tol": 1e-3, "abs_tol": 1e-4}


class Scene:
    """Work in a folder, and what comes of it.

    Arguments
    ---------
    corpus : Path
        A corpus that is there already.
    """

    name = ""
    weight = 1  # of the kills

    def __init__(self, corpus):
        self.corpus = corpus

    def set_up(self, folder):
        """What is there before the work."""

    def work(self):
        """Is called in the folder."""
        raise NotImplementedError

    def results(self, folder):
        """Files and numbers to compare, by name."""
        raise NotImplementedError

    def check_killed(self, folder):
        """What has to hold right after a kill: a complaint, or nothing."""


class Preparation(Scene):
    """The embedded corpus is made, and its manifests."""

    name, weight = "corpus", 5

    def work(self):
        split = Split(valid_singers=2, test_singers=2)
        Corpus("synthetic", "data", "manifest", CORPUS, split).prepare()

    def results(self, folder):
        files = [*folder.glob("data/**/*.wav"), *folder.glob("manifest/*.csv")]
        return {
            str(path.relative_to(folder)): hashlib.sha256(
                path.read_bytes().replace(bytes(folder), b"")
            ).hexdigest()
            for path in files
        }


class Training(Scene):
    """Contrastive training with a checkpoint after each step; the hand-over."""

    name, weight = "training", 10

    def work(self):
        settings = TINY | {"corpus_options": f"{json.dumps(CORPUS)}"}
        settings |= {"data_folder": self.corpus, "output_folder": "out"}
        _recipe("ssl/train.py", "contrastive_vc", settings, "steps=1")

    def results(self, folder):
        metrics = json.loads((folder / "out/metrics.json").read_text())
        return {"metrics": metrics} | _weights(folder / "out/encoder")

    def check_killed(self, folder):
        if (folder / "out/encoder").exists():
            return _loads(folder / "out/encoder")
        return None


class Export(Scene):
    """An encoder is exported over another one."""

    name, weight = "export", 6

    def set_up(self, folder):
        _export(folder / "encoder", 0, 2.0)

    def work(self):
        _export("encoder", 1, 1.0)

    def results(self, folder):
        text = (folder / "encoder/calibration.yaml").read_text()
        return {"calibration": text} | _weights(folder / "encoder")

    def check_killed(self, folder):
        return _loads(folder / "encoder")


class Verification(Scene):
    """An encoder is measured and calibrated."""

    name, weight = "verification", 5

    def set_up(self, folder):
        _export(folder / "encoder", 0, 1.0)

    def work(self):
        settings = {"encoder": "encoder", "replicates": 20}
        settings |= {"calibrate": True, "trials": "balanced", "trial_count": 20}
        _measure("verification", settings, self.corpus)

    def results(self, folder):
        calibration = (folder / "encoder/calibration.yaml").read_text()
        metrics = json.loads((folder / "out/metrics.json").read_text())
        # Those of the threshold that was there: calibrating sets another one
        for name in (
            "threshold",
            "false_acceptance",
            "false_rejection",
            "Cllr",
        ):
            metrics.pop(name, None)
        return {
            "calibration": yaml.safe_load(calibration),
            "metrics": metrics,
            "scores": (folder / "out/scores.csv").read_text().count("\n"),
        }

    def check_killed(self, folder):
        return _loads(folder / "encoder")


class Identification(Scene):
    """Probes on the embeddings of an encoder."""

    name, weight = "identification", 4

    def work(self):
        settings = {"encoder": "mfcc", "folds": 2, "shots": "[1]", "draws": 2}
        _measure("identification", settings, self.corpus)

    def results(self, folder):
        metrics = json.loads((folder / "out/metrics.json").read_text())
        predictions = (folder / "out/predictions.csv").read_text()
        return {"metrics": metrics, "predictions": predictions}


SCENES = (Preparation, Training, Export, Verification, Identification)


def warm_up():
    """Imports in this process what all scenes need, and computes nothing."""
    torch.set_num_threads(1)
    from torchvision import models  # noqa: F401

    # `pip freeze` takes longer than many a run
    logger.get_environment_description = lambda: ""
    for script in ("ssl/train.py", *map("{}/evaluate.py".format, _MEASURES)):
        _script(script)


_MEASURES = ("verification", "identification")


def _measure(task, settings, corpus):
    settings |= {"corpus_options": f"{json.dumps(CORPUS)}"}
    settings |= {"data_folder": corpus, "output_folder": "out"}
    settings |= {"cache_folder": "cache"}
    _recipe(f"{task}/evaluate.py", task, settings)


def _recipe(script, hparams, settings, *flags):
    options = [f"--{name}={value}" for name, value in settings.items()]
    options += [f"--ckpt_interval_{flag}" for flag in flags]
    path = str(ROOT / "hparams" / f"{hparams}.yaml")
    main = _script(script).main
    main([path, *options, "--device=cpu", "--noprogressbar"])


_SCRIPTS = {}


def _script(name):
    if name not in _SCRIPTS:
        path = ROOT / "recipes" / name
        spec = importlib.util.spec_from_file_location(path.stem, path)
        _SCRIPTS[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(_SCRIPTS[name])
    return _SCRIPTS[name]


def _export(folder, seed, window_seconds):
    torch.manual_seed(seed)
    model = WaveformEncoder(LogMel(), EfficientNet(embedding_dim=16)).eval()
    # Without that all recordings have one embedding
    calibrate_batch_norm(model, torch.randn(4, 22050))
    export_encoder(folder, model, window_seconds, 0.5, {"seed": seed})


def _weights(folder):
    encoder = SingerEncoder.from_hparams(folder, run_opts={"device": "cpu"})
    state = encoder.mods.encoder.state_dict()
    return {
        f"{name} of {folder.name}": value.double().sum().item()
        for name, value in state.items()
    } | {"window_seconds": encoder.hparams.window_seconds}


def _loads(folder):
    try:
        SingerEncoder.from_hparams(folder, run_opts={"device": "cpu"})
    except Exception as error:
        return f"no encoder: {error!r}"[:200]
    return None
