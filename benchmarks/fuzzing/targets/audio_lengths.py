"""Audio files that are cut, or say another length than they have."""

import io
import struct

import numpy as np
import soundfile

from fuzzing import sounds
from fuzzing.sounds import LOSSLESS
from fuzzing.targets.audio_ways import (
    Damaged,
    beginning,
    equal,
    nearly,
    twofold,
    way,
)


@way()
def whole(sound, rng):
    return Damaged("whole", sound.data, True, equal)


@way(times=3)
def cut(sound, rng):
    """What says how long it is, and is shorter, is truncated."""
    place = rng.randrange(len(sound.data))
    data = sound.data[:place]
    if place < sounds.audio_starts(sound):
        right = None if sound.kind == "MP3" else False
        return Damaged("cut in its header", data, right)
    if sound.kind in LOSSLESS:
        if place < sounds.audio_ends(sound):
            return Damaged("cut", data, False)
        return Damaged("cut after its audio", data, None, equal)
    if sound.kind == "MP3" and len(sound.data) - place > 2000:
        return Damaged("cut", data, False)  # Xing's frame counts the frames
    return Damaged("cut", data, None, beginning)


@way()
def appended(sound, rng):
    garbage = rng.choice([b"\0" * 128, b"TAG" + bytes(125), rng.randbytes(99)])
    check = nearly if sound.kind in ("MP3", "OGG", "OPUS") else equal
    return Damaged("garbage behind it", sound.data + garbage, None, check)


@way(*(LOSSLESS - {"NIST"}), "MP3", times=2)
def longer(sound, rng):
    """More is announced than is there."""
    place, layout = sounds.length_field(sound)
    data = bytearray(sound.data)
    (length,) = struct.unpack_from(layout, data, place)
    more = rng.choice((50, 1000, 100_000, 2**30, 2**31 - 2**20))
    if sound.subtype == "ALAC_16" or "ADPCM" in sound.subtype:
        more = max(more, 100_000)
    # Beyond this a length stands for one that is not known
    length = min(length + more, 0x7E000000)
    struct.pack_into(layout, data, place, length)
    return Damaged("longer than it is", bytes(data), False)


@way("NIST")
def longer_sphere(sound, rng):
    count = b"%d" % len(sound.samples)
    more = b"%d" % (len(sound.samples) + rng.choice((50, 1000, 7000)))
    data = sound.data.replace(b"count -i " + count, b"count -i " + more, 1)
    return Damaged("longer than it is", data, False)


@way("WAV", "WAVEX", "AU", "CAF", "FLAC")
def unknown(sound, rng):
    """As a pipe leaves it: the length was not known."""
    if sound.subtype in ("ALAC_16", "IMA_ADPCM"):
        return whole(sound, rng)
    place, layout = sounds.length_field(sound)
    data = bytearray(sound.data)
    if sound.kind == "FLAC":
        value = 0
    elif sound.kind == "CAF":
        value = 2**64 - 1
    elif sound.kind == "AU":
        value = 2**32 - 1
    else:
        value = rng.choice((2**32 - 1, 2**32 - 1, 0, 2**31 - 1, 2**32 - 256))
        riff = rng.choice((2**32 - 1, 0)) if value else 0
        struct.pack_into("<I", data, 4, riff)
    struct.pack_into(layout, data, place, value)
    what = f"of unknown length ({value:#x})"
    # libsndfile refuses it in a CAF
    right = None if sound.kind == "CAF" else True
    return Damaged(what, bytes(data), right, equal)


@way("WAV", "WAVEX", "AIFF", "AIFC")
def form_size(sound, rng):
    """The size of all, which no reader needs."""
    order = ">I" if sound.kind.startswith("AIF") else "<I"
    data = bytearray(sound.data)
    size = rng.choice((0, 4, len(data) - 9, len(data) + 1000, 2**32 - 1))
    struct.pack_into(order, data, 4, size)
    return Damaged("size of the whole", bytes(data), None, equal)


@way("MP3", "OGG", "FLAC")
def joined(sound, rng):
    """Two files, one behind the other."""
    check = nearly if sound.kind == "FLAC" else twofold
    right = True if sound.kind == "MP3" else None
    second = sound.data
    if sound.kind == "OGG":  # of another serial number, as all files are
        file = io.BytesIO()
        wave = np.tile(sound.samples[:, None], sound.channels)
        soundfile.write(file, wave, sound.rate, sound.subtype, format="OGG")
        second = file.getvalue()
    return Damaged("twice", sound.data + second, right, check)


@way("MP3", times=2)
def without_xing(sound, rng):
    data = sound.data[sounds.mp3_frame(sound.data, 0) :]
    return Damaged("without Xing's frame", data, True, nearly)
