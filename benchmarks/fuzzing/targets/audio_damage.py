"""Audio files whose bytes, chunks, samples or names are damaged."""

import io
import os
import struct

import numpy as np
import soundfile

from fuzzing import damage, sounds
from fuzzing.sounds import CONTAINERS
from fuzzing.targets.audio_ways import Damaged, equal, way

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


@way(*(set(CHUNKED) - {"RF64"}))  # whose lengths come first
def swapped(sound, rng):
    parts = sounds.chunks(sound.data)
    rng.shuffle(parts)
    data = b"".join(sound.data[part.start : part.end] for part in parts)
    return Damaged("chunks swapped", sound.data[:12] + data, None, equal)


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
