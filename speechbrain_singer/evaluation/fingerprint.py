"""What embeddings depend on, as a short text: the key that they are kept by."""

import functools
import hashlib
import inspect
import json
import os
import weakref
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

PACKAGE = Path(__file__).parents[1]
# The code between a file and its embedding
CODE = (
    *("baselines/*.py", "inference/*.py", "lobes/*.py", "published/*.py"),
    *("dataio/*.py", "dsp/loudness.py"),
)
# What an encoder's embeddings do not depend on
_IRRELEVANT = {
    *("training", "threshold", "calibration", "device", "device_type"),
    *("_warned_of_missing_band", "_output_capturing_hooks_installed"),
    "_flat_weight_refs",  # of torch's LSTM: to what it has anyway
    "_twin",  # of an encoder's network: computes the same
}
# torch's custom_fwd leaves them behind, the one with the other
_LEFT_BEHIND = {"_dtype", "_fwd_used_autocast"}
# transformers hooks itself up where hidden layers are asked for first
_CAPTURING = "transformers.utils.output_capturing"
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_NAMED = (*_PLAIN, torch.dtype, torch.device, Path, slice, range, np.generic)


class NoFingerprintError(TypeError):
    """Something in an encoder whose state cannot be told."""


def fingerprint(encoder):
    """What an encoder's embeddings depend on.

    Its class and code, and all that its attributes hold: settings, arrays,
    parameters and buffers, also those of objects within objects. The code is
    the package's between a file and its embedding, the files of its classes,
    and what it names as `further_code`, as `CODE` does.

    Arguments
    ---------
    encoder : object

    Returns
    -------
    fingerprint : str
        16 hexadecimal digits.

    Raises
    ------
    NoFingerprintError
        If an attribute holds something whose state cannot be told.

    Example
    -------
    >>> first, second = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    >>> fingerprint(first) == fingerprint(first)
    True
    >>> fingerprint(first) == fingerprint(second)
    False
    """
    code = code_digest(*CODE, *getattr(encoder, "further_code", ()))
    digest = hashlib.blake2b(code.encode(), digest_size=8)
    _Walk(digest).visit("encoder", encoder)
    return digest.hexdigest()


@functools.cache
def code_digest(*patterns):
    """What some of the package's files hold.

    Arguments
    ---------
    *patterns : str
        Of their names, such as `lobes/*.py`.

    Returns
    -------
    digest : str
        16 hexadecimal digits.

    Example
    -------
    >>> code_digest("lobes/*.py") == code_digest("dsp/*.py")
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    for pattern in patterns:
        for file in sorted(PACKAGE.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


class _Walk:
    """Goes through an object and all that it holds, each thing once."""

    def __init__(self, digest):
        self._digest = digest
        self._seen = {}  # the objects stay alive, so that no id comes twice

    def visit(self, name, value):
        """Takes in a value; `name` says where it was found."""
        if isinstance(value, _NAMED):
            self._add(name, type(value).__name__, repr(value))
        elif id(value) in self._seen:
            self._add(name, "seen")
        else:
            self._seen[id(value)] = value
            self._visit_object(name, value)

    def _visit_object(self, name, value):
        if isinstance(value, torch.Tensor):
            value = value.detach().cpu().contiguous()
            self._add(name, str(value.dtype), str(tuple(value.shape)))
            self._digest.update(value.flatten().view(torch.uint8).numpy().data)
        elif isinstance(value, np.ndarray) and value.dtype != object:
            self._add(name, str(value.dtype), str(value.shape))
            self._digest.update(np.ascontiguousarray(value).tobytes())
        elif isinstance(value, dict) and "_hooks" in name.split(".")[-1]:
            # Their keys are numbered through the process
            known = ((getattr(h, "__module__", ""), h) for h in value.values())
            hooks = (h for module, h in known if module != _CAPTURING)
            self._visit_items(name, enumerate(hooks))
        elif isinstance(value, dict):
            self._visit_items(name, value.items())
        elif isinstance(value, (list, tuple, np.ndarray)):
            self._visit_items(name, enumerate(value))
        elif isinstance(value, (set, frozenset)):
            self._visit_items(name, enumerate(sorted(value, key=repr)))
        elif isinstance(value, weakref.ReferenceType):
            self.visit(name, value())  # of torch's hooks: to their module
        elif isinstance(value, functools.partial):
            parts = (value.func, value.args, value.keywords)
            self._visit_items(name, enumerate(parts))
        elif isinstance(value, SimpleNamespace):
            # SpeechBrain's hparams: what computes stands among the modules
            items = vars(value).items()
            self._visit_items(
                name, ((k, v) for k, v in items if isinstance(v, _PLAIN))
            )
        elif inspect.isclass(value) or inspect.isroutine(value):
            self._add(name, value.__module__ or "", value.__qualname__)
            # Without a file: built in, or typed into a console
            with suppress(TypeError, OSError):
                self._digest.update(Path(inspect.getfile(value)).read_bytes())
        elif hasattr(value, "__dict__"):
            self._add(name, type(value).__module__, type(value).__qualname__)
            for cls in type(value).__mro__:
                self.visit(name, cls)
            self._visit_items(name, vars(value).items())
        else:
            raise NoFingerprintError(f"{name} is {type(value)}")

    def _visit_items(self, name, items):
        items = dict(items)
        left = _LEFT_BEHIND if items.keys() >= _LEFT_BEHIND else ()
        for key, value in items.items():
            if key not in _IRRELEVANT and key not in left:
                self.visit(f"{name}.{key}", value)

    def _add(self, *texts):
        self._digest.update(json.dumps(texts).encode())


def rows_fingerprint(rows, columns=()):
    """What is read of the files of a manifest.

    Arguments
    ---------
    rows : list of dict
    columns : sequence of str
        Of the rows that count too.

    Returns
    -------
    fingerprint : str
        16 hexadecimal digits. Another if a file was changed.

    Example
    -------
    >>> rows_fingerprint([]) == rows_fingerprint([{"wav": "no.wav"}])
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    stamps = {wav: _stamp(wav) for wav in {row["wav"] for row in rows}}
    for row in rows:
        own = [*stamps[row["wav"]], row.get("start"), row.get("stop")]
        own += [row[column] for column in columns]
        digest.update(json.dumps(own).encode())
    return digest.hexdigest()


def _stamp(path):
    path = os.path.abspath(path)
    try:
        status = os.stat(path)
    except OSError:
        return [path]
    return [path, status.st_size, status.st_mtime_ns]
