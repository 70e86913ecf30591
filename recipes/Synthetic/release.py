#!/usr/bin/env python3
"""Makes a folder of pretrained/ of a run: weights of 16 bits, and a card.

> python recipes/Synthetic/release.py results/pretrain_demo/1 \
      pretrained/singer-encoder-synthetic
> python recipes/verification/evaluate.py hparams/verification.yaml \
      --encoder pretrained/singer-encoder-synthetic --calibrate True \
      --corpus ravdess_song --data_folder my/RAVDESS
> python recipes/verification/robustness.py hparams/robustness.yaml \
      --encoder synthetic --corpus ravdess_song --data_folder my/RAVDESS
> python recipes/Synthetic/release.py results/pretrain_demo/1 \
      pretrained/singer-encoder-synthetic \
      results/robustness/ravdess_song/metrics.json

The first command makes the encoder, with the log of its training; the second
one sets its threshold on real singers, which are more alike than synthesised
ones; the third one measures it, and the fourth one writes its card.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from speechbrain_singer.dataio.files import read_json
from speechbrain_singer.inference.halving import halve
from speechbrain_singer.inference.source import LOG_FILE
from speechbrain_singer.reports.model_card import write_model_card

TUNED = (
    "singers 01 to 12 of RAVDESS song: persons, channel, whitening, length of "
    "the training and threshold were chosen by the errors on them; those on "
    "others may be higher"
)


def main(arguments):
    """Halves the encoder of a run; or writes its card once it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="output folder of pretrain.py")
    parser.add_argument("folder", type=Path, help="where the encoder goes")
    parser.add_argument(
        "measured", nargs="?", help="metrics.json of robustness.py"
    )
    given = parser.parse_args(arguments)
    run, folder, measured = given.run, given.folder, given.measured
    facts = training(
        read_json(run / "settings.json", "give the folder of a run"),
        read_json(run / "metrics.json", "give the folder of a run"),
    )
    if measured is None:
        halve(run / "encoder", folder)
        shutil.copyfile(run / LOG_FILE, folder / LOG_FILE)
    else:
        figures = read_json(measured, "measure the encoder first")
        name = folder.name.removeprefix("singer-encoder-")
        write_model_card(folder, name, figures, facts)


def training(settings, metrics):
    """What the card says of the training."""
    epochs = metrics["before_whitening"]["epoch"]
    steps = epochs * settings["data.steps_per_epoch"]
    channels = [
        str(value)
        for name, value in settings.items()
        if name.startswith("channels[")
    ]
    return {
        "data": f"{settings['data.persons']:,} persons of the project's "
        f"synthesiser, a half plain and a half lifelike, "
        f"{settings['data.recordings']} recordings of "
        f"{settings['data.seconds']:g} s each; no recording of a person, and "
        "no weights that heard one",
        "network": f"a ResNet of {', '.join(channels)} channels, attentive "
        f"statistics, {settings['embedding_dim']} dimensions, "
        f"{metrics['parameters']:,} parameters",
        "objective": "supervised contrastive (Khosla et al., 2020), "
        f"temperature {settings['temperature']}, two clips of each of "
        f"{settings['data.batch_size']} persons a step, each through a random "
        f"channel; {steps:,} steps; then whitened within persons",
        "validation": f"{settings['data.valid_persons']} other persons, EER "
        f"{metrics['calibration']['EER_percent']:.1f} %",
        "seed": f"{settings['seed']}; `{LOG_FILE}` has the curve, and "
        "`recipes/Synthetic` the way",
        "tuned on": TUNED,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
