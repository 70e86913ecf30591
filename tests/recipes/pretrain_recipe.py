"""Runs the recipe as a user does, at a tiny scale."""

from pathlib import Path

import scripts

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "recipes" / "Synthetic" / "pretrain.py"
TINY = {
    "persons": 4,
    "valid_persons": 4,
    "block": 2,
    "synthesis_workers": 1,
    "recordings": 3,
    "seconds": 1.0,
    "clip_frames": "[20,30]",
    "window_seconds": 1.0,
    "batch_size": 2,
    "valid_batch_size": 2,
    "steps_per_epoch": 3,
    "channels": "[4,8]",
    "blocks": "[1,1]",
    "embedding_dim": 6,
    "epochs": 2,
    "warmup_epochs": 1,
    "ckpt_interval_minutes": 0,
}


def run(store_folder, output_folder, *flags, script=SCRIPT, **overrides):
    """Trains in this process."""
    settings = TINY | overrides
    settings |= {"store_folder": store_folder, "output_folder": output_folder}
    options = [f"--{name}={value}" for name, value in settings.items()]
    path = str(ROOT / "hparams" / "pretrain_cpu.yaml")
    flags = ["--device=cpu", "--noprogressbar", *flags]
    scripts.run(script, [path, *options, *flags])
