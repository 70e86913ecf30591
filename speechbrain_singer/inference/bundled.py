"""Encoders that come with the package, by short names."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
# Where `setup.py` puts them in a wheel; and in a clone, beside the package
_PLACES = (_PACKAGE / "pretrained", _PACKAGE.parent / "pretrained")
# May be left out of the names of our own
_OURS = "singer-encoder-"
_DESCRIPTION = "hyperparams.yaml"


def bundled_folders(places=_PLACES):
    """The encoders of `pretrained/`, wherever the package is installed.

    Arguments
    ---------
    places : sequence of Path
        The first of them that is there counts.

    Returns
    -------
    folders : dict of str to Path
        By name: that of the folder, and `synthetic` too of
        `singer-encoder-synthetic`, unless a folder has that name.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "singer-encoder-mine"
    >>> folder.mkdir()
    >>> (folder / "hyperparams.yaml").touch()
    >>> list(bundled_folders([folder.parent]))
    ['mine', 'singer-encoder-mine']
    """
    for place in places:
        found = sorted(place.glob(f"*/{_DESCRIPTION}"))
        if found:
            whole = {path.parent.name: path.parent for path in found}
            short = {name.removeprefix(_OURS): whole[name] for name in whole}
            return dict(sorted((short | whole).items()))
    return {}
