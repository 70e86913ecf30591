"""One objective on pairs a file: pure functions and a thin module."""

from speechbrain_singer.objectives.bilinear import BilinearLoss
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.contrastive_vc import ContrastiveVCLoss
from speechbrain_singer.objectives.dino import DINOLoss
from speechbrain_singer.objectives.siamese import SiameseLoss
from speechbrain_singer.objectives.supervised_contrastive import (
    SupervisedContrastiveLoss,
)
from speechbrain_singer.objectives.uniformity_alignment import (
    UniformityAlignmentLoss,
)
from speechbrain_singer.objectives.vicreg import VICRegLoss

__all__ = [
    "BYOLLoss",
    "BilinearLoss",
    "ContrastiveLoss",
    "ContrastiveVCLoss",
    "DINOLoss",
    "SiameseLoss",
    "SupervisedContrastiveLoss",
    "UniformityAlignmentLoss",
    "VICRegLoss",
]
