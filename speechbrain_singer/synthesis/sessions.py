"""The sessions of a corpus: who sings what, how, with whom, on which album."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from speechbrain_singer.synthesis.band import Band, draw_band
from speechbrain_singer.synthesis.recording import draw_recording, on_album
from speechbrain_singer.synthesis.singer import draw_singer
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import Take

REPERTOIRE = 40


@dataclass(frozen=True)
class Plan:
    """What a corpus consists of.

    Arguments
    ---------
    singers, songs_per_singer : int
    seconds : float
        Length of each recording.
    seed : int
    techniques : tuple of str
        Names in `TECHNIQUES`, in which each singer sings by turns; without
        any, singers sing in their own ways.
    albums_per_singer : int
        0 gives each recording a channel of its own.
    mixtures : bool
        Whether bands play.
    repertoire : int
        Songs there are.
    """

    singers: int
    songs_per_singer: int
    seconds: float
    seed: int
    techniques: tuple = ()
    albums_per_singer: int = 0
    mixtures: bool = False
    repertoire: int = REPERTOIRE


@dataclass(frozen=True)
class Session:
    """One recording of a corpus.

    Arguments
    ---------
    take : Take
    album : str
        Its name; "" without albums.
    band : Band, optional
        Who accompanies the singer.
    """

    take: Take
    album: str = ""
    band: Band | None = None


def draw_sessions(plan):
    """Draws all recordings of a corpus, singer by singer.

    Arguments
    ---------
    plan : Plan

    Returns
    -------
    sessions : list of Session

    Example
    -------
    >>> plan = Plan(2, 2, 1.0, seed=1, techniques=("belt", "straight"))
    >>> [session.take.technique for session in draw_sessions(plan)]
    ['belt', 'straight', 'straight', 'belt']
    """

    @cache
    def song_of(number):
        # The fastest performance is a tenth faster than the song is written
        return draw_song(plan.seed, number, 1.2 * plan.seconds)

    @cache
    def band_of(number):
        return draw_band(plan.seed, number) if plan.mixtures else None

    sessions = []
    for index in range(plan.singers):
        singer = draw_singer(plan.seed, index)
        rng = np.random.default_rng([plan.seed, 3, index])
        chosen = rng.permutation(plan.repertoire)[: plan.songs_per_singer]
        for turn, number in enumerate(sorted(chosen.tolist())):
            album, recording = _recorded(plan, index, turn, number)
            technique = _technique(plan, index + turn)
            take = Take(singer, song_of(number), recording, technique)
            name = "" if album is None else f"{singer.name}_album{album:02d}"
            sessions.append(Session(take, name, band_of(number)))
    return sessions


def _recorded(plan, index, turn, number):
    """Number of the album, if any, and the recording in its channel."""
    recording = draw_recording(plan.seed, index, number)
    if not plan.albums_per_singer:
        return None, recording
    album = turn * plan.albums_per_singer // plan.songs_per_singer
    # The 1 keeps albums apart from recordings: of two numbers, or three
    channel = draw_recording(plan.seed, index, album, 1)
    return album, on_album(recording, channel)


def _technique(plan, turn):
    if not plan.techniques:
        return ""
    return plan.techniques[turn % len(plan.techniques)]
