"""Do two WAV files have the same singer? By NumPy and ONNX Runtime alone.

    singer export encoder.onnx      # once, where speechbrain_singer is
    pip install numpy onnxruntime   # elsewhere
    python singer_onnx.py encoder.onnx a.wav b.wav

The files have to be PCM, at the encoder's sampling rate. What the model says
of a recording is what SingerEncoder says of it.
"""

import sys
import wave

import numpy as np
import onnxruntime

RANGE_DB, FLOOR_DB = 50, -80  # what lies below is a rest
LOUDEST_HUM = 1e-4  # power: what is louder is a voice or a tone


def main(model, first, second):
    """Prints score and decision."""
    session = onnxruntime.InferenceSession(model)
    facts = session.get_modelmeta().custom_metadata_map
    embeddings = [embed_file(session, facts, path) for path in (first, second)]
    score = compare(*embeddings, facts["score"])
    print(f"score {score:.4f}")
    if "threshold" in facts:
        threshold = float(facts["threshold"])
        same = "the same singer" if score > threshold else "another singer"
        print(f"{same} (threshold {threshold:.4f})")


def embed_file(session, facts, path):
    """The embedding of a recording: the mean direction of its windows."""
    rate, is_cosine = int(facts["sample_rate"]), facts["score"] == "cosine"
    audio = read_wav(path, rate)
    if len(audio) < round(float(facts["min_seconds"]) * rate):
        raise SystemExit(f"{path}: too short: {len(audio) / rate:.2f} s")
    windows = split(
        audio,
        round(float(facts["window_seconds"]) * rate),
        float(facts["window_overlap"]),
    )
    levels = np.array([level(window, rate) for window in windows])
    sung = levels > max(FLOOR_DB, levels.max() - RANGE_DB)
    if not sung.any():
        raise SystemExit(f"{path}: silent throughout")
    vectors = [
        session.run(None, {"waveform": window[None]})[0][0]
        for window, is_sung in zip(windows, sung, strict=True)
        if is_sung
    ]
    mean = np.mean(vectors, axis=0)
    return mean / np.linalg.norm(mean) if is_cosine else mean


def compare(first, second, score):
    """Cosine, or minus the squared distance: higher = more alike."""
    if score == "cosine":
        return float(first @ second)
    return -float(((first - second) ** 2).sum())


def split(audio, length, overlap):
    """Windows that share so much; the last one ends where the audio does."""
    if len(audio) <= length:
        return [audio]
    last = len(audio) - length
    hop = max(1, int((1 - overlap) * length))
    starts = sorted({*range(0, last + 1, hop), last})
    return [audio[start : start + length] for start in starts]


def read_wav(path, rate):
    """A PCM file as mono, [time], float32, full scale 1."""
    with wave.open(path, "rb") as file:
        if file.getframerate() != rate:
            raise SystemExit(
                f"{path}: recorded at {file.getframerate()} Hz, and the "
                f"encoder takes {rate}: ffmpeg -i {path} -ar {rate} new.wav"
            )
        width, channels = file.getsampwidth(), file.getnchannels()
        data = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
    if width == 1:  # alone without a sign
        samples = (data.astype(np.float32) - 128) / 128
    else:
        # To 32 bits, of which the highest are the file's
        words = np.zeros((len(data) // width, 4), np.uint8)
        words[:, 4 - width :] = data.reshape(-1, width)
        samples = words.view("<i4")[:, 0] / np.float32(2**31)
    return samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)


def level(window, rate):
    """RMS in dB without offset, rumble below 200 Hz, and mains hum."""
    change = np.square(np.diff(window)).mean() / 4
    if change > LOUDEST_HUM * np.sin(np.pi * 1000 / rate) ** 2:
        return 10 * np.log10(np.var(window) + 1e-20)  # can be no hum
    size = min(round(0.5 * rate), len(window))
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    power = frames_power(window, hann)
    weight, hum, high = bands(size, rate)
    weight = weight * 2 / (size * np.square(hann).sum())
    inner = power[1:-1].mean(axis=0) * weight
    ends = (power[0] + power[-1]) / len(power) * weight
    voice = max(inner[~hum].sum(), ends[high].sum())
    hummed = max(0, inner[hum].sum() - LOUDEST_HUM)
    return 10 * np.log10(voice + hummed + 1e-20)


def frames_power(window, hann):
    """Power of frames that overlap by half: [frames, bins]."""
    hop = max(1, len(hann) // 2)
    padding = hop, hop + -len(window) % hop
    mode = "reflect" if max(padding) < len(window) else "constant"
    padded = np.pad(window, padding, mode=mode)
    frames = np.lib.stride_tricks.sliding_window_view(padded, len(hann))
    return np.abs(np.fft.rfft(frames[::hop] * hann)) ** 2


def bands(size, rate):
    """Of the bins: whether they count, are hum, and lie above all hum."""
    hertz, width = np.fft.rfftfreq(size, 1 / rate), 2 * rate / size
    hum = hertz < 200
    for mains in (50, 60):
        off = np.abs(hertz - mains * np.round(hertz / mains))
        hum |= (off <= width + 0.004 * hertz) & (hertz <= 2000)
    return hertz >= max(20, width), hum, hertz > 2000


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
