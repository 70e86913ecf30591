"""YAML as it stands: nodes with their tags, of which nothing is built."""

import math
import re

import yaml

PREFIX = "tag:yaml.org,2002:"
PLAIN = {PREFIX + kind for kind in "str int float bool null seq map".split()}
# YAML is read slowly. Ours has a thousand bytes, and some twenty to fifty more
# for each name that a classifier knows
MOST_BYTES = 2**18
_MOST_LEVELS = 20


def top_level(content):
    """The top level of YAML.

    Arguments
    ---------
    content : bytes

    Returns
    -------
    nodes : dict of str to yaml.Node

    Raises
    ------
    ValueError
        If it is not YAML, has no keys, or is of no reasonable size.

    Example
    -------
    >>> top_level(b"x: !apply:os.system [ls]")["x"].tag
    '!apply:os.system'
    """
    try:
        if len(content) > MOST_BYTES:
            raise ValueError(f"larger than {MOST_BYTES} bytes")
        root = yaml.compose(content.decode("utf-8"), _Loader)
        if root is None:
            return {}
        if not isinstance(root, yaml.MappingNode):
            raise ValueError("there are no keys in it")
        _check_keys(root)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"not YAML: {error}") from error
    return {key.value: node for key, node in root.value}


def children(node):
    """The nodes below a node, without keys."""
    if isinstance(node, yaml.MappingNode):
        return [child for _, child in node.value]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def content(node):
    """A node without its comments, spaces and quotes: lists of text."""
    if isinstance(node, yaml.MappingNode):
        return [node.tag, [[k.value, content(n)] for k, n in node.value]]
    if isinstance(node, yaml.SequenceNode):
        return [node.tag, [content(n) for n in node.value]]
    return [node.tag, node.value]


def is_value(node):
    """Whether it is one plain value."""
    return isinstance(node, yaml.ScalarNode) and node.tag in PLAIN


def value(node):
    """The plain value that a node is; a ValueError if it is none of its tag."""
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, LookupError) as error:
        raise ValueError(f"{node.value!r} is no {node.tag}: {error}") from error


def plain(node):
    """The dicts, lists and values that a node is; a ValueError of all else."""
    if node.tag not in PLAIN:
        line = node.start_mark.line + 1
        raise ValueError(f"line {line}: {node.tag} is no plain value")
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(child) for key, child in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(child) for child in node.value]
    return value(node)


def dump(values):
    """YAML of plain values, which reads back as just these.

    Arguments
    ---------
    values : dict or list

    Returns
    -------
    text : str

    Raises
    ------
    yaml.representer.RepresenterError
        If there is something else in it than plain values.

    Example
    -------
    >>> print(dump({"names": ["anna", "007", "1e5", "yes"]}), end="")
    names:
    - anna
    - "007"
    - "1e5"
    - 'yes'
    """
    return yaml.dump(
        values,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=math.inf,
    )


def _check_keys(node, level=0):
    if level > _MOST_LEVELS:
        raise ValueError(f"more than {_MOST_LEVELS} levels")
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, _ in node.value:
            if key.tag != PREFIX + "str" or key.value in seen:
                line = key.start_mark.line + 1
                raise ValueError(f"line {line}: a key is no text, or is twice")
            seen.add(key.value)
    for child in children(node):
        _check_keys(child, level + 1)


class _Loader(yaml.SafeLoader):
    """Without aliases, by which a few lines can stand for billions."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "an alias", mark)
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """What is there twice is written twice: aliases are not read."""

    def ignore_aliases(self, data):
        return True


def _text(dumper, text):
    # What is a number, or a date, differs from one reader of YAML to another
    style = None if re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII) else '"'
    return dumper.represent_scalar(PREFIX + "str", text, style)


_Dumper.add_representer(str, _text)

# 1e-4 is a number too, as in the YAML that recipes read
_Loader.add_implicit_resolver(
    PREFIX + "float",
    re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
    list("-+.0123456789"),
)
