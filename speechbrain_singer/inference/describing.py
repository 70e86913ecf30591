"""From an encoder's modules to the `hyperparams.yaml` that builds them."""

import inspect
import textwrap

import torch
import yaml

from speechbrain_singer.inference import nodes
from speechbrain_singer.inference.scores import COSINE, SCORES

# Of the file, what all but the names of a classifier may take
_REST_BYTES = 2**13
# Weights come from their file, and memory is a matter of the machine
_NOT_SAID = ("pretrained", "chunk_size")

_TEMPLATE = """\
# {title}.from_hparams(source=<this folder>)
#
# This folder can be moved and copied: it consists of this file, encoder.
# safetensors, the parameters, and calibration.yaml, the threshold, once there
# is one. Only known parts are built of it (docs/trust.md).

# Long audio is encoded window by window, each as long as this
window_seconds: {window_seconds}
{score}
features: {features}
encoder: !new:speechbrain_singer.lobes.waveform_encoder.WaveformEncoder
    features: !ref <features>
    encoder: {encoder}
{heads}modules:
{modules}"""
_TITLES = {
    False: "A singer encoder: SingerEncoder",
    True: "A transcriber of singing: SingingTranscriber",
}
_SCORE = """
# Recordings are compared by this: {meaning}
score: {score}
"""


def described(encoder, window_seconds, score=COSINE, **heads):
    """HyperPyYAML that builds an encoder again.

    Arguments
    ---------
    encoder, window_seconds, score
        As `export_encoder` takes them.
    **heads : torch.nn.Module or None
        By name, as there: `classifier` and `head`.

    Returns
    -------
    text : str

    Raises
    ------
    TypeError
        If a part cannot be described in YAML.
    """
    heads = {name: head for name, head in heads.items() if head is not None}
    names = ["encoder", *heads]
    return _TEMPLATE.format(
        title=_TITLES["head" in heads],
        # As YAML reads it: 1e-05 would be text
        window_seconds=yaml.safe_dump(float(window_seconds)).split("\n")[0],
        score=_scored_by(score),
        features=_new(encoder.features),
        encoder=textwrap.indent(_new(encoder.encoder), "    ").lstrip(),
        heads="".join(f"{n}: {_new(head)}\n" for n, head in heads.items()),
        modules="".join(f"    {name}: !ref <{name}>\n" for name in names),
    )


def _scored_by(score):
    if score == COSINE:  # which it is without the key
        return ""
    return _SCORE.format(meaning=SCORES[score].meaning, score=score)


def check_names_fit(folder, names):
    """Refuses, by a ValueError, names that the description has no room for."""
    most = nodes.MOST_BYTES - _REST_BYTES
    size = len(_indented(list(names)).encode())
    if size > most:
        raise ValueError(
            f"{folder}: the {len(names)} names of a classifier take {size} "
            f"bytes in hyperparams.yaml, where there is room for {most}: take "
            "shorter names, or export without them"
        )


def _new(module):
    """HyperPyYAML that builds the module again, and those it is made of."""
    cls = type(module)
    if "<locals>" in cls.__qualname__:
        raise TypeError(
            f"{cls.__qualname__} is defined in a function, where nobody finds "
            "it again: define it in a module"
        )
    names = [
        name
        for name in inspect.signature(cls).parameters
        if name not in _NOT_SAID
    ]
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        raise TypeError(
            f"{cls.__qualname__} does not keep {missing[0]!r}, which it is "
            "built with, as an attribute of that name: so it cannot be exported"
        )
    arguments = {name: getattr(module, name) for name in names}
    parts = [
        textwrap.indent(f"{name}: {_new(value)}", "    ")
        for name, value in arguments.items()
        if isinstance(value, torch.nn.Module)
    ]
    plain = {
        name: value
        for name, value in arguments.items()
        if not isinstance(value, torch.nn.Module)
    }
    if plain or not parts:
        parts.append(_indented(plain))
    tag = f"!new:{cls.__module__}.{cls.__qualname__}"
    return "\n".join([tag, *parts])


def _indented(values):
    """YAML of plain values, below a key."""
    try:
        text = nodes.dump(values)
    except yaml.representer.RepresenterError as error:
        raise TypeError(
            f"cannot be written as YAML: {values}; use plain numbers and "
            "strings"
        ) from error
    return textwrap.indent(text, "    ").rstrip()
