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
    antiformants : tuple
        (Hz, bandwidth in Hz) of each band that side cavities swallow, the
        same in every vowel.
    larynx : float
        Octaves that all formants rise by for each octave of pitch above the
        centre of the range.
    opening : float
        Octaves that F1 rises by for each 10 dB of loudness.
    passaggio : float
        MIDI note around which the chest voice goes over into the head voice.
    head : float
        How unlike the two are: 0 for one voice all over the range.
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
    antiformants: tuple = ()
    larynx: float = 0.0
    opening: float = 0.0
    passaggio: float = 64.0
    head: float = 0.0


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
    return draw_voice(rng, f"singer{index:04d}", sex_of(index))


def draw_voice(rng, name, sex):
    """Draws a singer of the embedded corpus.

    Arguments
    ---------
    rng : np.random.Generator
    name : str
    sex : str
        female or male

    Returns
    -------
    singer : Singer

    Example
    -------
    >>> draw_voice(np.random.default_rng(0), "Ada", "female").name
    'Ada'
    """
    register, length, middle = draw_register(rng, sex)
    formants, upper = _draw_formants(rng, length)
    return Singer(
        name=name,
        sex=sex,
        register=register,
        centre=rng.normal(middle, 1.5),
        tract_length=length,
        formants=formants,
        bandwidths=np.array(BANDWIDTHS) * rng.uniform(0.8, 1.4, 5),
        upper_formants=upper,
        upper_bandwidths=0.06 * upper * rng.uniform(0.6, 1.6, len(upper)),
        fricatives=draw_fricatives(rng, length),
        **draw_glottis(rng),
        vibrato_rate=rng.normal(5.7, 0.5),
        vibrato_depth=rng.uniform(0.1, 0.7),
        vibrato_delay=rng.uniform(0.1, 0.5),
        glide=rng.uniform(0.04, 0.16),
        scoop=rng.uniform(0.0, 2.0),
    )


def sex_of(index):
    """Of the singer of a number: "female" of even ones, "male" of odd ones."""
    return ("female", "male")[index % 2]


def draw_glottis(rng):
    """What a glottis does, by the names that `Singer` has for it."""
    return {
        "open_quotient": rng.uniform(0.4, 0.8),
        "tilt_cutoff": 2500 * 2 ** rng.uniform(-1, 1),
        "breath": rng.uniform(-12, 8),
        "jitter": rng.uniform(0.001, 0.006),
        "shimmer": rng.uniform(0.01, 0.06),
    }


def draw_register(rng, sex):
    """Draws a register, the length of its vocal tract, and its middle.

    Arguments
    ---------
    rng : np.random.Generator
    sex : str
        "female" or "male".

    Returns
    -------
    register : str
    length : float
        In cm, with a deviation of 0.5 within the register.
    middle : float
        Of the register's range, as a MIDI note.

    Example
    -------
    >>> draw_register(np.random.default_rng(0), "male")[0]
    'bass'
    """
    register = str(rng.choice(list(REGISTERS[sex])))
    middle, length = REGISTERS[sex][register]
    return register, rng.normal(length, 0.5), middle


def _draw_formants(rng, length):
    """Formants of each vowel in Hz, and those above F5."""
    # Throats and mouths of unlike length move formants apart: each formant has
    # a draw for the voice, and one for how it says the vowel
    scale = REFERENCE_LENGTH / length * 2 ** rng.normal(0, 0.05, 5)
    cluster = rng.uniform(0, 0.6)
    formants = {}
    for vowel, neutral in VOWELS.items():
        hertz = np.array(neutral) * scale * 2 ** rng.normal(0, 0.05, 5)
        formants[vowel] = with_singers_formant(hertz, cluster)
    return formants, draw_upper_formants(rng, length)


def with_singers_formant(hertz, cluster):
    """Draws F3, F4 and F5 together (Sundberg, 1974).

    Arguments
    ---------
    hertz : np.ndarray
        [5], F1 to F5 in Hz.
    cluster : float
        How much, from 0 to 1.

    Returns
    -------
    hertz : np.ndarray
        [5]

    Example
    -------
    >>> with_singers_formant(np.array([500.0, 1500, 2500, 3500, 4500]), 0.5)
    array([ 500., 1500., 2500., 3100., 3600.])
    """
    hertz = hertz.copy()
    hertz[4] -= cluster * (hertz[4] - hertz[3])
    hertz[3:] -= cluster * (hertz[3] - hertz[2]) * 0.8
    return np.sort(hertz)


def draw_upper_formants(rng, length):
    """Formants above F5 in Hz, for a vocal tract of a length in cm."""
    spacing = SPEED_OF_SOUND / (2 * length)
    upper = np.arange(5.5, _NYQUIST / spacing) * spacing
    shifts = spacing * rng.uniform(-0.35, 0.35, len(upper))
    return upper + np.where(upper < HIGHEST_FORMANT, shifts, 0)


def draw_fricatives(rng, length):
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
