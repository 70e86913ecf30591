"""The recipes by name: which YAMLs there are, and what runs each of them.

A YAML says in its opening comment what it is for, and the command that runs
it. Nothing else has to know that.
"""

import logging
import re
import runpy
import sys
import textwrap
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

from speechbrain_singer.commands.outcome import say

logger = logging.getLogger(__name__)

# Endings of scripts, by the commands that are doors to them; the first counts
DOORS = {
    "train": ("train.py", "svm.py", "supervised/compare.py"),
    "evaluate": ("evaluate.py", "compare.py", "robustness.py"),
}
_PACKAGE = Path(__file__).parents[1]
# In a wheel they lie in the package, in a clone beside it
_PLACES = (_PACKAGE, _PACKAGE.parent)
_SCRIPT = re.compile(r"recipes/\w+/\w+\.py")
_COMMAND = re.compile(r"(> )?(python|torchrun) ")
WIDTH = 100  # of a line of the list


class Recipe(NamedTuple):
    """A YAML and what runs it.

    Arguments
    ---------
    path : Path
    script : str
        `recipes/<task>/<script>.py`.
    about : str
        What it is for.
    """

    path: Path
    script: str
    about: str

    @property
    def door(self):
        """The command that runs it; None if only its script does."""
        for door, endings in DOORS.items():
            if self.script.endswith(endings):
                return door
        return None


def all_recipes():
    """The recipes of the package.

    Returns
    -------
    recipes : dict of str to Recipe
        By name: `byol` of hparams/byol.yaml, and `VCTK/byol` of
        recipes/VCTK/hparams/byol.yaml.

    Example
    -------
    >>> all_recipes()["byol"].script
    'recipes/ssl/train.py'
    """
    root = _root()
    paths = {path.stem: path for path in sorted(root.glob("hparams/*.yaml"))}
    for path in sorted(root.glob("recipes/*/hparams/*.yaml")):
        paths[f"{path.parts[-3]}/{path.stem}"] = path
    return {name: read_recipe(path) for name, path in paths.items()}


def read_recipe(path):
    """What the opening comment of a YAML says.

    Arguments
    ---------
    path : Path

    Returns
    -------
    recipe : Recipe

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If the comment names no script.
    """
    comment = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        comment.append(line.removeprefix("#").strip())
    scripts = _SCRIPT.findall("\n".join(comment))
    if not scripts:
        raise ValueError(
            f"{path}: its opening comment names no script: begin it with what "
            "runs it, such as # > python recipes/ssl/train.py my.yaml"
        )
    commands = [at for at, line in enumerate(comment) if _COMMAND.match(line)]
    about = " ".join(comment[: commands[0]] if commands else comment[:1])
    # What prepares a training stands before it
    return Recipe(path, scripts[-1], about.rstrip(":"))


def find_recipe(name, door):
    """The recipe that a name or a path means.

    Arguments
    ---------
    name : str
        In `all_recipes`, or the path of a YAML.
    door : str
        The command that is asked, a key of `DOORS`.

    Returns
    -------
    recipe : Recipe

    Raises
    ------
    ValueError
        If there is none, or another command runs it.
    """
    if name.endswith((".yaml", ".yml")):
        recipe = read_recipe(Path(name))
    else:
        known = all_recipes()
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise ValueError(
                f"{name}: no recipe of this name, and no path of a .yaml; "
                f"{meant}singer {door} lists them"
            )
        recipe = known[name]
    if recipe.door != door:
        other = f"singer {recipe.door}" if recipe.door else recipe.script
        raise ValueError(f"{name}: not for singer {door}: {other} runs it")
    return recipe


def list_recipes(door):
    """The recipes of a command, a line each.

    Arguments
    ---------
    door : str

    Returns
    -------
    lines : list of str
    """
    named = all_recipes().items()
    own = {name: recipe for name, recipe in named if recipe.door == door}
    wide = max(map(len, own))
    lines = []
    for name, recipe in own.items():
        room = WIDTH - wide - 2
        about = textwrap.shorten(recipe.about, room, placeholder=" ...")
        lines.append(f"{name:<{wide}}  {about}")
    return lines


def open_door(door, name, arguments):
    """Runs a recipe, or prints which there are.

    Arguments
    ---------
    door : str
        One of `DOORS`.
    name : str or None
        Of the recipe; all are listed without one.
    arguments : list of str or None
        For its script.

    Raises
    ------
    ValueError
        If there is no such recipe, or it is another door's.
    """
    if name is None:
        lines = list_recipes(door)
        say({"recipes": lines}, "\n".join(lines), as_json=False)
    else:
        run_recipe(find_recipe(name, door), arguments or [])


def run_recipe(recipe, arguments):
    """Runs a recipe's script as `python` would, in this process.

    Arguments
    ---------
    recipe : Recipe
    arguments : list of str
        What follows the YAML on the command line.
    """
    script = str(_root() / recipe.script)
    sys.argv = [script, str(recipe.path), *arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    except Exception:
        # Users see a line of it; the log of the run has where it was
        logger.debug("%s ended by", script, exc_info=True)
        raise


@cache
def _root():
    for place in _PLACES:
        if (place / "hparams").is_dir() and (place / "recipes").is_dir():
            return place
    raise FileNotFoundError(
        f"{_PACKAGE}: installed without its recipes: install it anew, or run "
        "the scripts of a clone"
    )
