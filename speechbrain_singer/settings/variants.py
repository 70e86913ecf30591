"""A YAML that is another one with other values, such as a corpus's own."""

from pathlib import Path

from speechbrain_singer.settings.files import part_path, read_part, read_yaml

KEY = "experiment"


def experiment_of(path):
    """Which experiment a YAML is, and with which values.

    A variant has one key, which includes the experiment. Below it stands what
    is set otherwise: keys of the experiment or of its parts, as on the command
    line.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    path : Path
        Of the experiment; of the file itself if it is no variant.
    values : dict
        What is set otherwise; empty if it is no variant.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no such experiment.
    ValueError
        If it is no YAML, its experiment is a variant itself, or a value is an
        object with arguments, which the experiment's own would be mixed with.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "a.yaml").write_text("corpus: folder\\nseed: 1")
    >>> text = "experiment: !include:a.yaml\\n    corpus: vctk"
    >>> _ = (folder / "b.yaml").write_text(text)
    >>> experiment, values = experiment_of(folder / "b.yaml")
    >>> experiment.name, dict(values)
    ('a.yaml', {'corpus': 'vctk'})
    """
    path = Path(path)
    tree = read_yaml(path)
    node = tree.pop(KEY, None)
    experiment = part_path(path, node)
    if experiment is None:
        return path, {}
    if tree:
        raise ValueError(
            f"{path}: {', '.join(tree)}: indent what changes the experiment, "
            f"so that it stands below {KEY}"
        )
    further = read_part(path, node)
    if part_path(experiment, further.get(KEY)):
        raise ValueError(
            f"{path}: {experiment} is another one's variant itself: include "
            "that one"
        )
    values = node if isinstance(node, dict) else {}
    for key, value in values.items():
        if isinstance(value, dict) and value.tag.value:
            raise ValueError(
                f"{path}: {key}: {value.tag.value} with arguments: a variant "
                "gives values, of which objects are built in the experiment"
            )
    return experiment, values
