"""`singer evaluate`: the door to the measurements."""

from speechbrain_singer.commands.options import Name, PassedOn
from speechbrain_singer.commands.outcome import say


def evaluate(recipe: Name = None, options: PassedOn = None):
    """Measures by a recipe, or lists what there is.

    All that follows the name of the recipe goes to its script.
    """
    from speechbrain_singer.commands import recipes

    if recipe is None:
        lines = recipes.list_recipes("evaluate")
        say({"recipes": lines}, "\n".join(lines), as_json=False)
        return
    found = recipes.find_recipe(recipe, "evaluate")
    recipes.run_recipe(found, options or [])
