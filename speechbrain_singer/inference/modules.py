"""Whether the modules of a description are an encoder, and heads on it."""

from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.notes_head import NotesHead
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

REMEDY = "copy or export the encoder anew"
_HEADS = {"classifier": ClassifierHead, "head": NotesHead}
_OF_LAYERS = (LayerPooling, LayerFrames)


def encoder_and_heads(modules, path, trusted=False):
    """Tells them apart, and checks that they fit.

    Arguments
    ---------
    modules : dict of str to torch.nn.Module
        `encoder`, and perhaps `classifier` or `head`; or whatever stands
        there.
    path : Path
        Of the description, for messages.
    trusted : bool
        Whether they may be of any class.

    Returns
    -------
    encoder : torch.nn.Module
    heads : dict of str to torch.nn.Module

    Raises
    ------
    ValueError
        If there is no encoder, or they are not made for each other.

    Example
    -------
    >>> encoder_and_heads({}, "e/hyperparams.yaml")
    Traceback (most recent call last):
        ...
    ValueError: e/hyperparams.yaml: its modules lack 'encoder': copy or ...
    """
    encoder = modules.get("encoder") if isinstance(modules, dict) else None
    if encoder is None:
        raise ValueError(f"{path}: its modules lack 'encoder': {REMEDY}")
    heads = {name: modules[name] for name in _HEADS if name in modules}
    if trusted:
        return encoder, heads
    if not _is_complete(encoder):
        raise ValueError(f"{path}: 'encoder' is no encoder: {REMEDY}")
    for name, head in heads.items():
        fits = isinstance(head, _HEADS[name])
        if not fits or head.input_dim != encoder.embedding_dim:
            raise ValueError(
                f"{path}: {name!r} is none of its encoder's embeddings: "
                f"{REMEDY}"
            )
    return encoder, heads


def _is_complete(encoder):
    """Whether it is made of a front end and of a network on it."""
    if not isinstance(encoder, WaveformEncoder):
        return False
    features, network = encoder.features, encoder.encoder
    if isinstance(features, LayeredFrontEnd):
        if not isinstance(network, _OF_LAYERS):
            return False
        sizes = features.layers, features.width
        return (network.layers, network.width) == sizes
    is_network = hasattr(network, "embedding_dim")
    is_network = is_network and not isinstance(network, _OF_LAYERS)
    return hasattr(features, "min_samples") and is_network
