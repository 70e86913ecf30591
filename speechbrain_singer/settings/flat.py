"""All settings of a recipe in one flat table, to be compared."""

from pathlib import Path

from hyperpyyaml import resolve_references
from hyperpyyaml.core import recursive_update
from ruamel.yaml import YAML

from speechbrain_singer.settings.files import part_path, read_part, tag_of
from speechbrain_singer.settings.loading import as_stream, settings_tree


def flat_settings(path, overrides=None, resolved=False):
    """All settings of a YAML and its parts.

    Arguments
    ---------
    path : str or Path
    overrides : dict, optional
        As `parse_arguments` returns them.
    resolved : bool
        Whether references stand as what they refer to, or as they are written.

    Returns
    -------
    settings : dict of str to (bool or int or float or str or None)
        By name, such as `data.clip_seconds`; what is built stands as a text.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("opt: !name:torch.optim.Adam\\n    lr: 1e-4")
    >>> flat_settings(path)
    {'opt': '!name:torch.optim.Adam', 'opt.lr': 0.0001}
    """
    tree = settings_tree(path, overrides)
    if resolved:
        tree = YAML().load(resolve_references(as_stream(tree, path)))
    return dict(_leaves("", tree, Path(path)))


def _leaves(name, node, path):
    tag, part = tag_of(node), part_path(path, node)
    if part:
        own = node if isinstance(node, dict) else {}
        node, tag, path = read_part(path, node), "", part
        recursive_update(node, own)
    if isinstance(node, dict):
        if tag or not node:
            yield name, tag or "{}"
        for key, value in node.items():
            yield from _leaves(f"{name}.{key}".lstrip("."), value, path)
    elif isinstance(node, list):
        yield name, f"{tag} {len(node)} items".lstrip()
        for number, value in enumerate(node):
            yield from _leaves(f"{name}[{number}]", value, path)
    elif tag:
        yield name, f"{tag} {node.value}".rstrip()
    else:
        yield name, _plain(node)


def _plain(value):
    """Without ruamel's memory of how it was written; a date becomes text."""
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value if value is None else str(value)
