"""`singer train`: the door to the trainings."""

from speechbrain_singer.commands.options import Name, PassedOn


def train(recipe: Name = None, options: PassedOn = None):
    """Trains by a recipe, or lists what there is.

    All that follows the name of the recipe goes to its script.
    """
    from speechbrain_singer.commands.recipes import open_door

    open_door("train", recipe, options)
