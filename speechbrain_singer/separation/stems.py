"""Writes vocals and accompaniment, never clipped, and says what is in them."""

import json
import math
from tempfile import TemporaryFile

import numpy as np
import soundfile
import torch

from speechbrain_singer.dataio.audio import (
    AudioError,
    check_samples,
    open_audio,
)
from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.dataio.silence import is_silent
from speechbrain_singer.dsp.loudness import loudness
from speechbrain_singer.inference.windows import split_windows

BITS = {16: "PCM_16", 24: "PCM_24"}
WINDOW_SECONDS = 1.0  # in which there is a voice or none
_FULL = 0.999  # the largest sample of what would be clipped
_COLUMNS = 4  # two stems in stereo
_BLOCK = 2**18  # frames


def write_stems(pairs, sample_rate, vocals, accompaniment, bits=16, note=None):
    """Writes two FLACs.

    If one of them had samples beyond full scale, both are made softer by the
    same factor: they still add up.

    Arguments
    ---------
    pairs : iterable of torch.Tensor
        [2, 2, time] each: vocals and accompaniment in stereo.
    sample_rate : int
        Hz.
    vocals, accompaniment : Path
        The files to write; their folders are made if need be. The vocals come
        last: if they are there, so is the accompaniment.
    bits : int
        16 or 24.
    note : object, optional
        JSON that is kept with the facts, see `read_facts`.

    Returns
    -------
    facts : dict
        `seconds`; `vocals_db`, the level of the vocals without rumble and hum,
        in dB of full scale; `sung`, the share of seconds in which they are not
        silent; `gain_db`, by which both files were made softer.

    Raises
    ------
    AudioError
        If samples are not finite.
    OSError
        If they cannot be written.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> paths = folder / "vocals.flac", folder / "rest.flac"
    >>> pair = torch.full((2, 2, 8000), 2.0)
    >>> pair[..., ::2] = 0
    >>> write_stems([pair], 8000, *paths)["gain_db"]
    -6.03
    >>> float(soundfile.read(paths[0])[0].max()).__round__(3)
    0.999
    """
    for path in (vocals, accompaniment):
        path.parent.mkdir(parents=True, exist_ok=True)
    with (
        atomic_path(vocals) as vocals_part,
        atomic_path(accompaniment) as rest_part,
        TemporaryFile(dir=vocals.parent) as file,
    ):
        frames, peak = _store(pairs, file)
        gain = 1.0 if peak <= 1 else _FULL / peak
        facts = {
            "seconds": round(frames / sample_rate, 6),
            **_voice(_stored(file, gain), sample_rate),
            "gain_db": round(20 * math.log10(gain), 2),
        }
        comment = json.dumps({"note": note, "facts": facts})
        for stem, part in enumerate((vocals_part, rest_part)):
            with soundfile.SoundFile(
                *(part, "w", sample_rate, 2),
                subtype=BITS[bits],
                format="FLAC",
            ) as written:
                written.comment = comment
                for block in _stored(file, gain):
                    written.write(block[:, 2 * stem : 2 * stem + 2])
    return facts


def read_facts(vocals, accompaniment, note):
    """What `write_stems` returned, if its files are there.

    Arguments
    ---------
    vocals, accompaniment : Path
    note : object
        As it was given then.

    Returns
    -------
    facts : dict or None
        None if they are not there, or the note is another one.

    Example
    -------
    >>> from pathlib import Path
    >>> read_facts(Path("no.flac"), Path("none.flac"), note=None)
    """
    if not accompaniment.is_file():
        return None
    try:
        with open_audio(vocals) as file:
            kept = json.loads(file.comment)
        return kept["facts"] if kept["note"] == note else None
    except (ValueError, KeyError, TypeError):  # AudioErrors among them
        return None


def _store(pairs, file):
    """Puts all into a file as it is; returns frames and the largest sample."""
    frames, peak = 0, 0.0
    for pair in pairs:
        if pair.shape[-1]:
            check_samples(pair, "what the separator returned")
            frames += pair.shape[-1]
            peak = max(peak, pair.abs().max().item())
            columns = pair.reshape(_COLUMNS, -1).numpy()
            file.write(np.ascontiguousarray(columns.T).data)
    if not frames:
        raise AudioError("the separator returned nothing")
    return frames, peak


def _stored(file, gain):
    """[time, 4] blocks of what was put into a file."""
    file.seek(0)
    while data := file.read(_BLOCK * _COLUMNS * 4):
        block = np.frombuffer(data, np.float32).reshape(-1, _COLUMNS)
        yield block * np.float32(gain) if gain != 1 else block


def _voice(blocks, sample_rate):
    """How loud the vocals are, and how often there are any."""
    # A mean over so short an axis would take longer
    mono = (torch.from_numpy((b[:, 0] + b[:, 1]) / 2) for b in blocks)
    length = round(WINDOW_SECONDS * sample_rate)
    windows = split_windows(mono, length, length)
    levels = [loudness(window, sample_rate) for window in windows]
    power = sum(10 ** (level / 10) for level in levels) / len(levels)
    sung = [not is_silent(level, max(levels)) for level in levels]
    return {
        "vocals_db": round(10 * math.log10(power), 2),
        "sung": round(sum(sung) / len(sung), 4),
    }
