"""Singing techniques: what each of them changes in a voice and its singing.

Names are VocalSet's (Wilkins et al., ISMIR 2018). What is noted down stays as
it is: the notes of a trill are those that it starts from, and the notes of
vocal fry are its pulses, which are slower than any note of the other ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from speechbrain_singer.synthesis.gestures import (
    flutter_lips,
    trill,
    tune_first_formant,
)

_OPEN_QUOTIENTS = (0.3, 0.95)  # of all voices


@dataclass(frozen=True)
class Technique:
    """How a voice is changed, relative to the singer's own.

    Arguments
    ---------
    centre : float, optional
        MIDI note that melodies lie around, in place of the singer's.
    higher : float
        Semitones that melodies are moved up.
    vibrato : tuple
        Half the extent: (semitones of all voices, share of the singer's own).
    vibrato_delay : float
        By how much the singer's is multiplied.
    breath : tuple
        Breath noise at the glottis: (dB, share of the singer's own).
    open_quotient : float
        By how much the singer's is multiplied.
    tilt : float
        Octaves by which the glottal spectrum bends higher up.
    loudness : float
        dB. The level is the recording's; it makes a voice brighter.
    jitter, shimmer : float
        Added to the singer's.
    damping : float
        By how much bandwidths of formants are multiplied.
    syllable : tuple, optional
        Consonant and vowel of all notes, in place of the song's.
    gesture : callable, optional
        What moves in time, see `synthesis.gestures`.
    """

    centre: float | None = None
    higher: float = 0.0
    vibrato: tuple = (0.0, 1.0)
    vibrato_delay: float = 1.0
    breath: tuple = (0.0, 1.0)
    open_quotient: float = 1.0
    tilt: float = 0.0
    loudness: float = 0.0
    jitter: float = 0.0
    shimmer: float = 0.0
    damping: float = 1.0
    syllable: tuple | None = None
    gesture: Callable | None = None

    def voice(self, singer):
        """The singer as he or she sounds in this technique.

        Arguments
        ---------
        singer : Singer

        Returns
        -------
        singer : Singer

        Example
        -------
        >>> from speechbrain_singer.synthesis import draw_singer
        >>> TECHNIQUES["straight"].voice(draw_singer(1, 0)).vibrato_depth
        0.0
        """
        least, most = _OPEN_QUOTIENTS
        quotient = singer.open_quotient * self.open_quotient
        centre = singer.centre if self.centre is None else self.centre
        return replace(
            singer,
            centre=centre + self.higher,
            vibrato_depth=_pulled(singer.vibrato_depth, self.vibrato),
            vibrato_delay=singer.vibrato_delay * self.vibrato_delay,
            breath=_pulled(singer.breath, self.breath),
            open_quotient=min(max(quotient, least), most),
            tilt_cutoff=singer.tilt_cutoff * 2**self.tilt,
            jitter=singer.jitter + self.jitter,
            shimmer=singer.shimmer + self.shimmer,
            bandwidths=singer.bandwidths * self.damping,
        )

    def words(self, song):
        """The song with its dynamics and syllables in this technique.

        Arguments
        ---------
        song : Song

        Returns
        -------
        song : Song

        Example
        -------
        >>> from speechbrain_singer.synthesis import draw_song
        >>> song = TECHNIQUES["lip_trill"].words(draw_song(1, 0, 2.0))
        >>> {(note.onset, note.vowel) for note in song.notes}
        {('', 'u')}
        """
        notes = []
        for note in song.notes:
            onset, vowel = self.syllable or (note.onset, note.vowel)
            loudness = note.loudness + self.loudness
            notes.append(
                replace(note, onset=onset, vowel=vowel, loudness=loudness)
            )
        return replace(song, notes=tuple(notes))


def _pulled(value, line):
    """What all voices have in common, and a share of what is one's own."""
    common, share = line
    return common + share * value


TECHNIQUES = {
    "straight": Technique(vibrato=(0.0, 0.0)),
    "vibrato": Technique(vibrato=(0.6, 0.4), vibrato_delay=0.3),
    "breathy": Technique(
        vibrato=(0.0, 0.3),
        breath=(8.0, 0.3),
        open_quotient=1.3,
        tilt=-1.0,
        loudness=-4.0,
    ),
    # 46 pulses a second, men and women alike (Blomgren et al., 1998)
    "vocal_fry": Technique(
        centre=30.0,
        vibrato=(0.0, 0.0),
        breath=(-6.0, 1.0),
        open_quotient=0.5,
        tilt=1.0,
        jitter=0.03,
        shimmer=0.15,
    ),
    "belt": Technique(
        higher=4.0,
        vibrato_delay=2.0,
        open_quotient=0.75,
        breath=(-4.0, 1.0),
        tilt=0.5,
        loudness=6.0,
        gesture=tune_first_formant,
    ),
    "trill": Technique(vibrato=(0.0, 0.0), gesture=trill),
    # The lips are closed: one dark vowel, and the treble stays inside
    "lip_trill": Technique(
        vibrato=(0.0, 0.3),
        tilt=-2.5,
        damping=1.5,
        syllable=("", "u"),
        gesture=flutter_lips,
    ),
}
