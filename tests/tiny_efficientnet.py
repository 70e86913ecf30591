"""An EfficientNet of three blocks, by a name of torchvision's.

Runs of recipes train it: what is saved, resumed and handed over is so whatever
the number of blocks. As a script it runs another script that may name it.
"""

import runpy
import sys
from functools import partial

from torchvision.models._api import register_model
from torchvision.models.efficientnet import EfficientNet, MBConvConfig

NAME = "efficientnet_tiny"
# What `encoder` of hparams/parts/efficientnet.yaml becomes by it
ENCODER = (
    "!new:speechbrain_singer.lobes.waveform_encoder.WaveformEncoder "
    f"{{encoder: {{name: {NAME}}}}}"
)


@register_model(name=NAME)
def _tiny(**options):
    block = partial(MBConvConfig, num_layers=1, width_mult=1, depth_mult=1)
    blocks = [
        block(1, 3, 1, 8, 8),
        block(2, 3, 2, 8, 12),
        block(2, 5, 2, 12, 16),
    ]
    return EfficientNet(blocks, last_channel=64, **options)


if __name__ == "__main__":
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
