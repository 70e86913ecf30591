"""A YAML and its variants as one file that stands by itself."""

import io

from ruamel.yaml import YAML

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
    yaml = YAML()
    yaml.indent(mapping=4, sequence=4, offset=2)  # as these files have it
    yaml.dump(settings_tree(experiment, overrides), text)
    return text.getvalue()
