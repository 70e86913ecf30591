"""Runs the recipes of evaluation as a user does, on a tiny corpus."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TINY = {
    "corpus_options": "{singers: 6, songs_per_singer: 3, seconds: 1.5}",
    "encoder": "mfcc",
}


def arguments(hparams, data_folder, output, *flags, **overrides):
    """The command line, behind the script's name."""
    settings = TINY | {
        "data_folder": data_folder,
        "output_folder": output,
        "cache_folder": output / "cache",
        **overrides,
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    hparams_file = str(ROOT / "hparams" / f"{hparams}.yaml")
    return [hparams_file, *options, "--device=cpu", "--noprogressbar", *flags]


def run(script, command_line):
    """In this process: the imports take longer than the work."""
    name = "_".join(Path(script).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, ROOT / script)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    hook = sys.excepthook
    try:
        module.main(command_line)
    finally:
        sys.excepthook = hook
