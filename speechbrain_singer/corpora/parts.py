"""What corpora call the parts of their published splits."""

NAMES = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}


def part_of(name):
    """The part that a corpus names; the name itself if it is none of these.

    Arguments
    ---------
    name : str

    Example
    -------
    >>> part_of("Validation"), part_of("3")
    ('valid', '3')
    """
    return NAMES.get(name.strip().lower(), name)
