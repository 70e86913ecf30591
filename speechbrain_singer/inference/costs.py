"""What building a part of an encoder would cost, before it is built."""

import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.front_ends import FrontEnd
from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling
from speechbrain_singer.lobes.muq_layers import MuQLayers
from speechbrain_singer.lobes.notes_head import NotesHead
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.voice_resnet import VoiceResNet

_MOST_DIMENSIONS = 2**16  # of an embedding; more is a lot of memory
# 2 GiB. The largest network of its publication has 204 million
_MOST_PARAMETERS = 2**29
_MOST_BLOCKS = 64
# Any of their sizes multiplies with others. The rest has bounds of its own
_COUNTED = (
    *(SingerCNN, VoiceResNet, FrontEnd, MuQLayers, LayerPooling),
    *(LayerFrames, ClassifierHead, NotesHead),
)


def refuse_costly(part, arguments):
    """Refuses what would fetch, or fill the memory, before weights are read.

    Arguments
    ---------
    part : type
        Of a known part; dict of what is none.
    arguments : dict
        What it is to be built with.

    Raises
    ------
    ValueError
        If it costs too much. What is wrong with the arguments is raised by
        the part itself.

    Example
    -------
    >>> refuse_costly(SingerCNN, {"hidden_dim": 2**20})
    Traceback (most recent call last):
    ValueError: SingerCNN of this size has 2.2e+12 parameters: 5.37e+08 at most
    """
    if part is dict:
        return
    if arguments.get("pretrained"):
        raise ValueError(
            "pretrained fetches other weights than the encoder's: say false"
        )
    dimensions = arguments.get("embedding_dim", 1)
    check_whole("embedding_dim", dimensions, least=1)
    if dimensions > _MOST_DIMENSIONS:
        raise ValueError(
            f"embedding_dim: {dimensions}: {_MOST_DIMENSIONS} at most"
        )
    if part in _COUNTED:
        _refuse_many_parameters(part, arguments)


def _refuse_many_parameters(part, arguments):
    blocks = len(arguments.get("channels", ()))
    if blocks > _MOST_BLOCKS:
        raise ValueError(f"channels: {blocks} blocks: {_MOST_BLOCKS} at most")
    with torch.device("meta"):  # where nothing takes memory
        parameters = part(**arguments).parameters()
    count = sum(parameter.numel() for parameter in parameters)
    if count > _MOST_PARAMETERS:
        raise ValueError(
            f"{part.__name__} of this size has {count:.3g} parameters: "
            f"{_MOST_PARAMETERS:.3g} at most"
        )
