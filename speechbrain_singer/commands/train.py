"""`singer train`: the door to the trainings."""

from speechbrain_singer.commands.options import Name, PassedOn
from speechbrain_singer.commands.outcome import say


def train(recipe: Name = None, options: PassedOn = None):
    """Trains by a recipe, or lists what there is.

    All that follows the name of the recipe goes to its script.
    """
    from speechbrain_singer.commands import recipes

    if recipe is None:
        lines = recipes.list_recipes("train")
        say({"recipes": lines}, "\n".join(lines), as_json=False)
        return
    found = recipes.find_recipe(recipe, "train")
    recipes.run_recipe(found, options or [])
