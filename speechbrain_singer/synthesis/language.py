"""Languages: which vowels and consonants are sung, and how fast."""

from dataclasses import dataclass

from speechbrain_singer.synthesis.singer import VOWELS

# F1 to F5 in Hz. Of men: the other English monophthongs by Peterson and Barney
# (1952, table II); the rest, as of German, French and Korean, lies where these
# leave room. F4 and F5 are about those of a uniform tube of 17.5 cm
ALL_VOWELS = {
    **VOWELS,
    "ih": (390, 1990, 2550, 3600, 4500),
    "æ": (660, 1720, 2410, 3500, 4500),
    "ʊ": (440, 1020, 2240, 3300, 4500),
    "ʌ": (640, 1190, 2390, 3400, 4500),
    "ɝ": (490, 1350, 1690, 3300, 4500),
    "ə": (500, 1500, 2500, 3500, 4500),
    "ä": (750, 1300, 2500, 3500, 4500),
    "y": (270, 1850, 2200, 3400, 4500),
    "ø": (420, 1550, 2250, 3400, 4500),
    "ẹ": (400, 2100, 2650, 3600, 4500),
    "ọ": (440, 760, 2400, 3400, 4500),
    "uu": (330, 1300, 2300, 3400, 4500),
}
# A syllable with the onset "" starts with its vowel
ONSETS = ("", "s", "sh", "f", "h", "t", "k", "p", "m", "n", "l")
MORE_ONSETS = ("b", "d", "g", "v", "z", "ng", "r", "w", "y")


@dataclass(frozen=True)
class Language:
    """An inventory of phonemes, and a pace.

    Arguments
    ---------
    vowels : tuple of str
        Keys of `ALL_VOWELS`.
    onsets : tuple of str
        "" and keys of `CONSONANTS`.
    diphthongs : float
        Share of the notes whose vowel goes towards another one.
    tempo : tuple of float
        Range in beats a minute.
    """

    vowels: tuple
    onsets: tuple
    diphthongs: float = 0.0
    tempo: tuple = (70, 130)


EMBEDDED = Language(tuple(VOWELS), ONSETS)


def draw_language(rng):
    """Draws an inventory: 5 to 12 vowels, and 8 to 15 consonants.

    Arguments
    ---------
    rng : np.random.Generator

    Returns
    -------
    language : Language

    Example
    -------
    >>> import numpy as np
    >>> language = draw_language(np.random.default_rng(0))
    >>> {"a", "i", "u"} < set(language.vowels)
    True
    """
    # All languages have about these three, and syllables without a consonant
    corners = ("a", "i", "u")
    others = [vowel for vowel in ALL_VOWELS if vowel not in corners]
    vowels = rng.permutation(others)[: rng.integers(2, 10)]
    consonants = rng.permutation((*ONSETS[1:], *MORE_ONSETS))
    return Language(
        vowels=(*corners, *map(str, vowels)),
        onsets=("", *map(str, consonants[: rng.integers(8, 16)])),
        diphthongs=max(0.0, rng.uniform(-0.2, 0.4)),
        tempo=(70, 240),
    )


def draw_vocalise(rng):
    """Draws an exercise on one vowel or two, without consonants.

    Arguments and what is returned are those of `draw_language`.
    """
    vowels = rng.permutation(list(ALL_VOWELS))[: rng.integers(1, 3)]
    return Language(tuple(map(str, vowels)), ("",), tempo=(40, 120))
