"""What an encoder is made of: its YAML, read without running what it names."""

import hashlib
import json
import re
from pathlib import Path

import yaml

from speechbrain_singer.inference import nodes
from speechbrain_singer.inference.costs import refuse_costly
from speechbrain_singer.inference.parts import PARTS
from speechbrain_singer.inference.scores import COSINE, check_score

# An encoder has seven at most, and each may fill a part of the memory
_MOST_PARTS = 8
# Stood in exported folders when their weights were torch's
_FORMER_PRETRAINER = nodes.content(
    yaml.compose("""\
!new:speechbrain.utils.parameter_transfer.Pretrainer
loadables:
    encoder: !ref <encoder>
custom_hooks:
    encoder: !name:speechbrain_singer.inference.export.load_parameters
""")
)


class DescriptionError(ValueError):
    """A description of no encoder; the message has file and line."""


class Description:
    """A `hyperparams.yaml`: looked at here, and built by `build`.

    Arguments
    ---------
    path : str or Path

    Attributes
    ----------
    content : bytes
        Of the file.
    sha256 : str or None
        Its key `sha256`: the `seal` of the weights that belong to it.
    score : str
        Its key `score`: by what embeddings are compared, cosine if left out.
    is_former : bool
        Whether it is of the time when weights were torch's.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DescriptionError
        If it is not YAML, or has a score that is not known.

    Example
    -------
    >>> path = getfixture("tmp_path") / "hyperparams.yaml"
    >>> _ = path.write_text("window_seconds: 4.0\\nx: !apply:os.system [ls]")
    >>> Description(path).build()
    Traceback (most recent call last):
        ...
    speechbrain_singer.inference...: ...line 2: !apply:os.system is none of...
    """

    def __init__(self, path):
        self.path = Path(path)
        self.content = self.path.read_bytes()
        try:
            self._nodes = nodes.top_level(self.content)
        except ValueError as error:
            raise DescriptionError(f"{self.path}: {error}") from error
        sha256 = self._nodes.pop("sha256", None)
        self.sha256 = None if sha256 is None else str(sha256.value)
        self.score = self._score()
        pretrainer = self._nodes.get("pretrainer")
        self.is_former = (
            pretrainer is not None
            and nodes.content(pretrainer) == _FORMER_PRETRAINER
        )
        if self.is_former:
            del self._nodes["pretrainer"]

    def __contains__(self, key):
        return key in self._nodes

    def seal(self, weights_sha256):
        """The digest of weights and of all that is described.

        Another one if a setting was changed; not if a comment was.
        """
        content = {k: nodes.content(node) for k, node in self._nodes.items()}
        text = json.dumps([weights_sha256, content], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def build(self, overrides=None):
        """Builds all that is described, of known parts.

        Arguments
        ---------
        overrides : dict, optional
            Other values for plain keys.

        Returns
        -------
        hparams : dict

        Raises
        ------
        DescriptionError
            If it names something else than a known part, more parts than an
            encoder has, or a part cannot be built so.
        """
        parts = sum(self._known_parts(node) for node in self._nodes.values())
        if parts > _MOST_PARTS:
            raise DescriptionError(
                f"{self.path}: {parts} parts: an encoder has {_MOST_PARTS} at "
                "most"
            )
        plain = [k for k, node in self._nodes.items() if nodes.is_value(node)]
        values = dict(overrides or {})
        for key in values:
            if key not in plain:
                raise DescriptionError(
                    f"{self.path}: {key!r} cannot be overridden, only "
                    f"{', '.join(plain)}"
                )
        for key in self._nodes:
            self._value(key, values, ())
        return values

    def _score(self):
        node = self._nodes.get("score")
        if node is None:
            return COSINE
        try:
            check_score(node.value)
        except ValueError as error:
            raise DescriptionError(f"{self._line(node)}: {error}") from error
        return node.value

    def _known_parts(self, node):
        """How many parts a node is of; what is no known part is refused."""
        tag = node.tag.replace(nodes.PREFIX, "!!")
        part = tag.removeprefix("!new:")
        if not (node.tag in nodes.PLAIN or tag == "!ref" or part in PARTS):
            raise DescriptionError(
                f"{self._line(node)}: {tag} is none of the known parts of an "
                "encoder: to build it, code that its source names would run; "
                "if you trust that source, load it with trust_remote_code=True"
            )
        own = int(part in PARTS)
        return own + sum(map(self._known_parts, nodes.children(node)))

    def _value(self, key, values, within):
        """The value of a key, put among the others if it is not there yet."""
        if key not in values:
            if key in within or key not in self._nodes:
                reason = "refers to itself" if key in within else "is not there"
                raise DescriptionError(f"{self.path}: the key {key!r} {reason}")
            within = (*within, key)
            values[key] = self._built(self._nodes[key], values, within)
        return values[key]

    def _built(self, node, values, within):
        try:
            if node.tag == "!ref":
                key = re.fullmatch(r"<(\w+)>", node.value)[1]
                return self._value(key, values, within)
            if nodes.is_value(node):
                return nodes.value(node)
            if isinstance(node, yaml.SequenceNode) and node.tag in nodes.PLAIN:
                return [self._built(n, values, within) for n in node.value]
            items = {
                key.value: self._built(child, values, within)
                for key, child in node.value or ()
            }
            part = PARTS.get(node.tag.removeprefix("!new:"), dict)
            refuse_costly(part, items)
            return part(**items)
        except DescriptionError:
            raise
        # Of whatever a part is not made for
        except Exception as error:
            raise DescriptionError(
                f"{self._line(node)}: {node.tag} cannot be built of what "
                f"stands there ({error})"
            ) from error

    def _line(self, node):
        return f"{self.path}, line {node.start_mark.line + 1}"
