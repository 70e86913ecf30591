"""`singer evaluate`: the door to the measurements."""

from speechbrain_singer.commands.options import Name, PassedOn


def evaluate(recipe: Name = None, options: PassedOn = None):
    """Measures by a recipe, or lists what there is.

    All that follows the name of the recipe goes to its script.
    """
    from speechbrain_singer.commands.recipes import open_door

    open_door("evaluate", recipe, options)
