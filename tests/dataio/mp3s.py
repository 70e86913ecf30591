"""MP3s to take apart, written by libsndfile, which has LAME in it."""

import io
import struct

import numpy as np
import soundfile


def sweep(seconds, rate=44100, channels=1):
    """A tone that rises, so that every stretch differs: [time, channels]."""
    time = np.arange(round(seconds * rate)) / rate
    tone = 0.3 * np.sin(2 * np.pi * (220 + 40 * time) * time)
    return np.stack([tone] * channels, axis=1)


def mp3(samples, rate=44100, mode="CONSTANT"):
    """The bytes of an MP3."""
    file = io.BytesIO()
    options = {"bitrate_mode": mode, "compression_level": 0.5}
    soundfile.write(file, samples, rate, format="MP3", **options)
    return file.getvalue()


def info(data):
    """Where the Xing or Info header lies."""
    return max(data.find(b"Xing"), data.find(b"Info"))


def with_count(data, frames):
    """With another number of frames in its header."""
    place = info(data) + 8
    return data[:place] + struct.pack(">I", frames) + data[place + 4 :]


def without_header(data):
    """Without the first frame, which only holds the header."""
    place = 1
    while data[place : place + 2] != data[:2] or place < info(data):
        place += 1
    return data[place:]
