"""Whole audio files of 13 formats, and where their parts lie."""

import io
import struct
from typing import NamedTuple

import numpy as np
import soundfile

# Ending, format, subtypes
FORMATS = {
    "WAV": ("wav", "PCM_16 PCM_24 PCM_U8 FLOAT DOUBLE ULAW IMA_ADPCM"),
    "WAVEX": ("wav", "PCM_16 FLOAT"),
    "RF64": ("rf64", "PCM_16 FLOAT"),
    "W64": ("w64", "PCM_16 FLOAT"),
    "AIFF": ("aiff", "PCM_16 PCM_24 PCM_S8"),
    "AIFC": ("aifc", "FLOAT ULAW"),
    "AU": ("au", "PCM_16 FLOAT ULAW"),
    "CAF": ("caf", "PCM_16 FLOAT ALAC_16"),
    "FLAC": ("flac", "PCM_16 PCM_24"),
    "OGG": ("ogg", "VORBIS"),
    "OPUS": ("opus", "OPUS"),
    "MP3": ("mp3", "MPEG_LAYER_III"),
    "NIST": ("sph", "PCM_16"),
}
CONTAINERS = {"AIFC": "AIFF", "OPUS": "OGG"}  # as libsndfile calls them
LOSSLESS = set(FORMATS) - {"OGG", "OPUS", "MP3"}  # that say their length
SECONDS = 0.3


class Sound(NamedTuple):
    """A whole file."""

    kind: str
    subtype: str
    ending: str
    data: bytes
    samples: np.ndarray  # [time], mono
    rate: int
    channels: int

    @property
    def label(self):
        return f"{self.kind} {self.subtype}"


class Chunk(NamedTuple):
    """A part of a file, from its header's first byte to after its padding."""

    name: bytes
    start: int
    body: int
    size: int
    end: int


def make_sounds():
    """One of each format, subtype and number of channels, in a fixed order."""
    return [
        _make(kind, subtype, ending, channels)
        for kind, (ending, subtypes) in FORMATS.items()
        for subtype in subtypes.split()
        for channels in (1, 2)
    ]


def _make(kind, subtype, ending, channels):
    rate = 48000 if kind == "OPUS" else 44100
    time = np.arange(round(SECONDS * rate)) / rate
    noise = np.random.default_rng(channels).normal(size=(len(time), channels))
    wave = 0.3 * np.sin(2 * np.pi * 330 * time)[:, None] + 0.03 * noise
    file = io.BytesIO()
    container = CONTAINERS.get(kind, kind)
    soundfile.write(file, wave, rate, subtype, format=container)
    samples = soundfile.read(io.BytesIO(file.getvalue()), always_2d=True)[0]
    mono = samples.mean(axis=1)
    return Sound(kind, subtype, ending, file.getvalue(), mono, rate, channels)


def chunks(data):
    """The chunks of a RIFF, RF64, AIFF, CAF or W64 file."""
    kinds = {
        b"RIFF": (12, "<4sI", 2),
        b"RF64": (12, "<4sI", 2),
        b"FORM": (12, ">4sI", 2),
        b"caff": (8, ">4sQ", 1),
        b"riff": (40, "<4s12xQ", 8),
    }
    if data[:4] not in kinds:
        return []
    place, layout, even = kinds[data[:4]]
    header, found = struct.calcsize(layout), []
    while place + header <= len(data):
        name, size = struct.unpack_from(layout, data, place)
        body = place + header
        if data[:4] == b"riff":
            size -= header
        if data[:4] == b"RF64" and name == b"data":
            size = len(data) - body
        end = body + size + -size % even
        found.append(Chunk(name, place, body, size, end))
        place = end
    return found


def chunk(data, *names):
    """The first chunk with one of these names, or None."""
    return next((c for c in chunks(data) if c.name in names), None)


def audio_starts(sound):
    """The first byte of the audio."""
    data = chunk(sound.data, b"data", b"SSND")
    if data:
        return data.body + (8 if data.name == b"SSND" else 0)
    if sound.kind == "AU":
        return struct.unpack_from(">I", sound.data, 4)[0]
    if sound.kind == "FLAC":
        place, last = 4, False
        while not last:
            last = bool(sound.data[place] & 0x80)
            place += 4 + int.from_bytes(
                sound.data[place + 1 : place + 4], "big"
            )
        return place
    if sound.kind in ("OGG", "OPUS"):  # the second page ends the headers
        return sound.data.index(b"OggS", sound.data.index(b"OggS", 4) + 4)
    return 1024 if sound.kind == "NIST" else mp3_frame(sound.data, 0)


def audio_ends(sound):
    """The byte after the audio."""
    data = chunk(sound.data, b"data", b"SSND")
    return data.body + data.size if data else len(sound.data)


def mp3_frame(data, place):
    """The length of an MPEG-1 layer III frame."""
    bitrate = data[place + 2] >> 4
    rate = (44100, 48000, 32000)[data[place + 2] >> 2 & 3]
    padding = data[place + 2] >> 1 & 1
    kilobits = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    return 144_000 * kilobits[bitrate - 1] // rate + padding


def length_field(sound):
    """Where a file says how long it is: (place, layout), and what in.

    The unit is bytes of audio or samples.
    """
    data = chunk(sound.data, b"data", b"SSND")
    if sound.kind in ("WAV", "WAVEX"):
        return data.start + 4, "<I"
    if sound.kind == "W64":
        return data.start + 16, "<Q"
    if sound.kind == "RF64":
        return chunk(sound.data, b"ds64").body + 8, "<Q"
    if sound.kind in ("AIFF", "AIFC"):
        return chunk(sound.data, b"COMM").body + 2, ">I"
    if sound.kind == "CAF":
        return data.start + 4, ">Q"
    if sound.kind == "AU":
        return 8, ">I"
    if sound.kind == "FLAC":
        return 22, ">I"
    if sound.kind == "MP3":
        return _xing(sound.data) + 8, ">I"
    return None


def _xing(data):
    found = data.find(b"Xing")
    return found if found >= 0 else data.find(b"Info")
