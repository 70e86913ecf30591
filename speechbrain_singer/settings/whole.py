"""A YAML and its variants as one file that stands by itself."""

import io
import re

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from speechbrain_singer.settings.command_line import placed_overrides
from speechbrain_singer.settings.loading import settings_tree
from speechbrain_singer.settings.variants import experiment_of


def whole_yaml(path):
    """The text of a YAML; of a variant, its experiment with its values in it.

    Parts stay included.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    text : str

    Raises
    ------
    FileNotFoundError, ValueError
        As `load_settings` has them.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "a.yaml").write_text("seed: 1  # any\\ncorpus: folder\\n")
    >>> text = "experiment: !include:a.yaml\\n    seed: 2\\n"
    >>> _ = (folder / "b.yaml").write_text(text)
    >>> print(whole_yaml(folder / "b.yaml").strip())
    seed: 2  # any
    corpus: "folder"
    """
    experiment, own = experiment_of(path)
    overrides = placed_overrides(experiment, own, [])
    text = io.StringIO()
    _writer().dump(settings_tree(experiment, overrides), text)
    return re.sub(r" +$", "", text.getvalue(), flags=re.MULTILINE)


class _Representer(RoundTripRepresenter):
    """`True` and `null`, as SpeechBrain's linter wants them."""

    def represent_bool(self, value, anchor=None):
        return self.represent_scalar("tag:yaml.org,2002:bool", str(value))

    def represent_none(self, _):
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(bool, _Representer.represent_bool)
_Representer.add_representer(type(None), _Representer.represent_none)


def _writer():
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.indent(mapping=4, sequence=6, offset=4)
    yaml.width = 200  # no line is broken
    return yaml
