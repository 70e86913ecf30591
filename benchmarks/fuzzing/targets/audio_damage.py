"""Ways to damage an audio file, each with what is right then."""

import io
import os
import struct
from typing import NamedTuple

import numpy as np
import soundfile

from fuzzing import damage, sounds
from fuzzing.findings import Finding
from fuzzing.sounds import CONTAINERS, LOSSLESS

WAYS = []
CHUNKED = {"WAV", "WAVEX", "RF64", "AIFF", "AIFC"}
# A flipped bit breaks a checksum that the format has
CHECKED = {"FLAC", "OGG", "OPUS"}
JUNK = [b"LIST", b"JUNK", b"bext", b"id3 ", b"APPL", b"PAD "]
ODD_NAMES = [
    *("a.raw", "a.RAW", "a.txt", "a", "a.vox", "a.gsm", "a.wave", "a.WAV"),
    *("a\nb.wav", "Ke$ha.wav", "-.wav", "Zoe\N{COMBINING DIAERESIS}.wav"),
    *("x" * 250 + ".wav", os.fsdecode(b"latin\xe9.wav"), "a b.wav", ".wav"),
]
NOWHERE = ["x" * 300 + ".wav", "no.wav", "no/such.wav", ".", "~/no.wav", "\0"]
RATES = [0, 1, 100, 999, 12_345_677, 2**31 - 1, 2**31, 2**32 - 1]


class Damaged(NamedTuple):
    """A damaged file: `check` is asked if it is accepted."""

    what: str
    data: bytes
    right: bool = None
    check: object = None
    name: str = ""


def way(*kinds, times=1):
    """Registers a way to damage files of these kinds, all if left out."""

    def register(function):
        function.suits = lambda sound: not kinds or sound.kind in kinds
        WAYS.extend([function] * times)
        return function

    return register


def equal(sound, samples, rate, what):
    """What was read is the whole file's audio."""
    _length(sound, samples, what, 1, 1)
    if not np.allclose(samples, sound.samples, atol=1e-4):
        raise Finding("wrong", f"{what}: samples")


def beginning(sound, samples, rate, what):
    """What was read is how the whole file's audio begins."""
    if len(samples) > len(sound.samples) + 1152:  # a frame of an MP3
        raise Finding("wrong", f"{what}: longer", f"{len(samples)}")
    if sound.kind == "MP3":  # half a frame later without its last frame
        return
    whole = sound.samples[: len(samples) - 2000]
    if not np.allclose(samples[: len(whole)], whole, atol=0.05):
        raise Finding("wrong", f"{what}: samples")


def _length(sound, samples, what, least, most):
    whole = len(sound.samples)
    if not least * whole <= len(samples) <= most * whole:
        message = f"{len(samples)} samples of {whole}"
        raise Finding("wrong", f"{what}: length", message)


def nearly(sound, samples, rate, what):
    """As long as the whole file, but for a few frames of the codec."""
    _length(sound, samples, what, 0.75, 1.25)


def twofold(sound, samples, rate, what):
    """Twice as long, but for a few frames of the codec."""
    _length(sound, samples, what, 1.75, 2.25)


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


@way(times=3)
def header(sound, rng):
    """Any bytes before the audio."""
    start = sounds.audio_starts(sound)
    what, head = damage.damaged(sound.data[:start], rng)
    return Damaged(f"header: {what}", head + sound.data[start:])


@way(times=2)
def anywhere(sound, rng):
    what, data = damage.damaged(sound.data, rng)
    return Damaged(f"anywhere: {what}", data)


@way(*CHECKED, times=2)
def bit(sound, rng):
    """A bit of the audio."""
    data = bytearray(sound.data)
    data[rng.randrange(sounds.audio_starts(sound), len(data))] ^= (
        1 << rng.randrange(8)
    )
    return Damaged("a bit of its audio", bytes(data), None, equal)


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
    length = min(length + more, 2**31 - 2**20)
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


@way("WAV", "WAVEX", "RF64", "W64", "AU")
def rate(sound, rng):
    value = rng.choice(RATES)
    place, layout = 16, ">I"
    if sound.kind != "AU":
        place, layout = sounds.chunk(sound.data, b"fmt ").body + 4, "<I"
    data = bytearray(sound.data)
    struct.pack_into(layout, data, place, value)
    return Damaged(f"of {value} Hz", bytes(data), False)


@way(*CHUNKED, times=2)
def more_chunks(sound, rng):
    """A chunk that nobody has to know, before, between or behind the others."""
    parts = sounds.chunks(sound.data)
    size = rng.choice((0, 1, 4, 27, 1000))
    order = ">I" if sound.kind.startswith("AIF") else "<I"
    extra = rng.choice(JUNK) + struct.pack(order, size) + bytes(size + size % 2)
    first = 1 if sound.kind == "RF64" else 0  # ds64 has to be the first
    places = [part.start for part in parts[first:]] + [len(sound.data)]
    place = rng.choice(places)
    data = bytearray(sound.data[:place] + extra + sound.data[place:])
    if sound.kind == "RF64":
        length = len(data) - 8
        struct.pack_into("<Q", data, parts[0].body, length)
        if place == len(sound.data):
            return Damaged("a chunk more behind", bytes(data))
    else:
        struct.pack_into(order, data, 4, len(data) - 8)
    # libsndfile has its limits with the others
    right = True if sound.kind in ("WAV", "WAVEX") else None
    return Damaged("a chunk more", bytes(data), right, equal)


@way(*CHUNKED)
def swapped(sound, rng):
    parts = sounds.chunks(sound.data)
    rng.shuffle(parts)
    data = b"".join(sound.data[part.start : part.end] for part in parts)
    return Damaged("chunks swapped", sound.data[:12] + data, None, equal)


@way("WAV", "WAVEX", "AIFF", "AIFC")
def form_size(sound, rng):
    """The size of all, which no reader needs."""
    order = ">I" if sound.kind.startswith("AIF") else "<I"
    data = bytearray(sound.data)
    size = rng.choice((0, 4, len(data) - 9, len(data) + 1000, 2**32 - 1))
    struct.pack_into(order, data, 4, size)
    return Damaged("size of the whole", bytes(data), None, equal)


@way("WAV", "AIFC", "AU", "CAF", "W64", "RF64")
def odd_samples(sound, rng):
    """Samples that are no audio, in a format that can hold them."""
    value = rng.choice((np.nan, np.inf, -np.inf, 1e20, -1e30, 3e38, 1e-40))
    samples = np.tile(sound.samples[:, None], sound.channels)
    samples[rng.randrange(len(samples))] = value
    file = io.BytesIO()
    container = CONTAINERS.get(sound.kind, sound.kind)
    soundfile.write(file, samples, sound.rate, "FLOAT", format=container)
    right = None if np.isfinite(value) else False
    return Damaged(f"a sample of {value}", file.getvalue(), right)


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


@way("MP3")
def tagged(sound, rng):
    size = rng.choice((10, 1000, 20_000))
    tag = b"ID3\3\0\0" + bytes(size >> s & 127 for s in (21, 14, 7, 0))
    data = tag + bytes(size) + sound.data
    if rng.random() < 0.5:
        data += b"TAG" + bytes(125)
    return Damaged("with tags", data, True, equal)


@way()
def foreign(sound, rng):
    texts = [b"<html>404</html>", bytes(3000), b"\x89PNG\r\n\x1a\n" + bytes(99)]
    texts += [b"a", b"RIFF", b"OggS", b"fLaC", b"ID3", b"FORM", b"caff", b""]
    texts += [b"version https://git-lfs.github.com/spec/v1\n", b"#!AMR\n\0\0"]
    return Damaged("something else", rng.choice(texts), False)


@way("WAV", times=2)
def odd_name(sound, rng):
    name = rng.choice(ODD_NAMES)
    right = None if name.lower() in ("a.raw", "a.vox", "a.gsm") else True
    return Damaged(f"named {name[:9]!r}", sound.data, right, equal, name)


@way("WAV")
def nowhere(sound, rng):
    name = rng.choice(NOWHERE)
    return Damaged(f"no file {name[:9]!r}", None, False, None, name)
