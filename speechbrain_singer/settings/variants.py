"""A YAML that is another one with other values, such as a corpus's own."""

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode

from speechbrain_singer.settings.files import part_path, read_yaml

KEY = "experiment"


def experiment_of(path):
    """Which experiment a YAML is, and with which values.

    A variant has one key, which includes the experiment. Below it stands what
    is set otherwise, as on the command line: keys of the experiment or of its
    parts, lists and mappings in brackets.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    path : Path
        Of the experiment; of the file itself if it is no variant.
    pairs : list of (str, str)
        Keys and the texts of their values; none if it is no variant.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no such experiment.
    ValueError
        If it is no YAML, or a value is neither on one line nor in brackets.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "a.yaml").write_text("corpus: folder\\nseed: 1")
    >>> text = "experiment: !include:a.yaml\\n    corpus: vctk"
    >>> _ = (folder / "b.yaml").write_text(text)
    >>> experiment, pairs = experiment_of(folder / "b.yaml")
    >>> experiment.name, pairs
    ('a.yaml', [('corpus', 'vctk')])
    """
    path = Path(path)
    tree = read_yaml(path)
    experiment = part_path(path, tree.get(KEY))
    if list(tree) != [KEY] or experiment is None:
        return path, []
    if not experiment.is_file():
        raise FileNotFoundError(f"{path}: includes {experiment}: no such file")
    text = path.read_text(encoding="utf-8-sig")
    ((_, node),) = YAML().compose(text).value
    if not isinstance(node, MappingNode):
        return experiment, []
    values = [(key.value, _text(path, text, v)) for key, v in node.value]
    return experiment, values


def _text(path, text, node):
    """A value as one would write it on the command line."""
    if isinstance(node, ScalarNode) and node.tag.startswith("tag:yaml"):
        return node.value
    if not (isinstance(node, ScalarNode) or node.flow_style):
        line = node.start_mark.line + 1
        raise ValueError(
            f"{path}, line {line}: put lists into [brackets] and mappings "
            "into {braces} here"
        )
    return text[node.start_mark.index : node.end_mark.index].strip()
