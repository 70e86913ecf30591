"""Draws singers: all that stays the same from song to song."""

from dataclasses import dataclass

import numpy as np

# F1 to F5 in Hz. F1 to F3 are means of men for /ɑ ɛ i ɔ u/ by Peterson and
# Barney (1952), table II; F4 and F5 are those of a uniform tube of 17.5 cm
VOWELS = {
    "a": (730, 1090, 2440, 3500, 4500),
    "e": (530, 1840, 2480, 3500, 4500),
    "i": (270, 2290, 3010, 3700, 4500),
    "o": (570, 840, 2410, 3400, 4500),
    "u": (300, 870, 2240, 3300, 4500),
}
BANDWIDTHS = (60, 80, 110, 160, 220)  # Hz, of F1 to F5
REFERENCE_LENGTH = 17.5  # cm, the vocal tract that VOWELS belong to
SPEED_OF_SOUND = 35000  # cm/s, in warm moist air
HIGHEST_FORMANT = 16000  # Hz, up to which voices differ from a uniform tube
_NYQUIST = 22050

# Middle of the range as a MIDI note, and length of the vocal tract in cm
REGISTERS = {
    "female": {"soprano": (66, 14.5), "alto": (61, 15.3)},
    "male": {"tenor": (56, 16.9), "bass": (49, 17.9)},
}

# Centre in Hz, width in octaves, level in dB below the vowels
FRICATIVES = {
    "s": (6500, 0.45, -14),
    "sh": (3600, 0.55, -13),
    "f": (7500, 1.5, -27),
    "t": (4200, 1.0, -14),
    "k": (2000, 0.7, -16),
    "p": (900, 1.2, -20),
    "breath": (2200, 1.4, -29),
}


@dataclass(frozen=True, eq=False)
class Singer:
    """A voice: tract, glottis and habits.

    Arguments
    ---------
    name : str
    sex : str
        "female" or "male".
    register : str
        "soprano", "alto", "tenor" or "bass".
    centre : float
        Middle of the range as a MIDI note number.
    tract_length : float
        Length of the vocal tract in cm.
    formants : dict
        Vowel -> np.ndarray, F1 to F5 in Hz.
    bandwidths : np.ndarray
        Of F1 to F5, in Hz.
    upper_formants : np.ndarray
        Formants above F5 in Hz, the same in every vowel; the voice's own up to
        16 kHz, those of a uniform tube above.
    upper_bandwidths : np.ndarray
        Their bandwidths in Hz.
    fricatives : dict
        Kind of noise -> (centre in Hz, width in octaves, level in dB).
    open_quotient : float
        Share of the period in which the glottis is open.
    tilt_cutoff : float
        Hz, above which the glottal spectrum falls by 6 dB more an octave, at
        mezzo-forte.
    breath : float
        Aspiration noise at the glottis in dB.
    jitter : float
        Standard deviation of a period's length, relative.
    shimmer : float
        Standard deviation of a pulse's height, relative.
    vibrato_rate : float
        Hz.
    vibrato_depth : float
        Half the extent, in semitones.
    vibrato_delay : float
        Seconds from the start of the note.
    glide : float
        Seconds from one note to the next.
    scoop : float
        Semitones below the note where a phrase starts.
    """

    name: str
    sex: str
    register: str
    centre: float
    tract_length: float
    formants: dict
    bandwidths: np.ndarray
    upper_formants: np.ndarray
    upper_bandwidths: np.ndarray
    fricatives: dict
    open_quotient: float
    tilt_cutoff: float
    breath: float
    jitter: float
    shimmer: float
    vibrato_rate: float
    vibrato_depth: float
    vibrato_delay: float
    glide: float
    scoop: float


def draw_singer(seed, index):
    """Draws the singer of a number: a woman for even ones, a man for odd ones.

    Arguments
    ---------
    seed : int
        Names the population.
    index : int
        Names the singer in it.

    Returns
    -------
    singer : Singer

    Example
    -------
    >>> alto, tenor = draw_singer(1, 0), draw_singer(1, 1)
    >>> alto.sex, tenor.sex
    ('female', 'male')
    >>> bool(alto.tract_length < tenor.tract_length)
    True
    """
    rng = np.random.default_rng([seed, 0, index])
    sex = ("female", "male")[index % 2]
    register = str(rng.choice(list(REGISTERS[sex])))
    centre, length = REGISTERS[sex][register]
    length = rng.normal(length, 0.5)
    formants, upper = _draw_formants(rng, length)
    return Singer(
        name=f"singer{index:04d}",
        sex=sex,
        register=register,
        centre=rng.normal(centre, 1.5),
        tract_length=length,
        formants=formants,
        bandwidths=np.array(BANDWIDTHS) * rng.uniform(0.8, 1.4, 5),
        upper_formants=upper,
        upper_bandwidths=0.06 * upper * rng.uniform(0.6, 1.6, len(upper)),
        fricatives=_draw_fricatives(rng, length),
        open_quotient=rng.uniform(0.4, 0.8),
        tilt_cutoff=2500 * 2 ** rng.uniform(-1, 1),
        breath=rng.uniform(-12, 8),
        jitter=rng.uniform(0.001, 0.006),
        shimmer=rng.uniform(0.01, 0.06),
        vibrato_rate=rng.normal(5.7, 0.5),
        vibrato_depth=rng.uniform(0.1, 0.7),
        vibrato_delay=rng.uniform(0.1, 0.5),
        glide=rng.uniform(0.04, 0.16),
        scoop=rng.uniform(0.0, 2.0),
    )


def _draw_formants(rng, length):
    """Formants of each vowel in Hz, and those above F5."""
    # Throats and mouths of unlike length move formants apart: each formant has
    # a draw for the voice, and one for how it says the vowel
    scale = REFERENCE_LENGTH / length * 2 ** rng.normal(0, 0.05, 5)
    cluster = rng.uniform(0, 0.6)
    formants = {}
    for vowel, neutral in VOWELS.items():
        hertz = np.array(neutral) * scale * 2 ** rng.normal(0, 0.05, 5)
        # The singer's formant: F3, F4 and F5 drawn together (Sundberg, 1974)
        hertz[4] -= cluster * (hertz[4] - hertz[3])
        hertz[3:] -= cluster * (hertz[3] - hertz[2]) * 0.8
        formants[vowel] = np.sort(hertz)
    spacing = SPEED_OF_SOUND / (2 * length)
    upper = np.arange(5.5, _NYQUIST / spacing) * spacing
    shifts = spacing * rng.uniform(-0.35, 0.35, len(upper))
    upper += np.where(upper < HIGHEST_FORMANT, shifts, 0)
    return formants, upper


def _draw_fricatives(rng, length):
    """Noise spectra: smaller mouths make higher noises."""
    scale = (REFERENCE_LENGTH / length) ** 0.5 * 2 ** rng.normal(0, 0.08)
    return {
        kind: (
            centre * scale * 2 ** rng.normal(0, 0.12),
            width * 2 ** rng.normal(0, 0.25),
            level + rng.normal(0, 3),
        )
        for kind, (centre, width, level) in FRICATIVES.items()
    }
