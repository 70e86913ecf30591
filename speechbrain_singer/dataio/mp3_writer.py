"""Encodes audio as MP3, which every browser plays."""

import io

import soundfile

SAMPLE_RATES = (32000, 44100, 48000)  # of MPEG-1; others have other bit rates
# kbit/s, to which libsndfile's compression levels 1 and 0 correspond
LEAST_KBPS, MOST_KBPS = 32, 320


def mp3_bytes(waveform, sample_rate, kbps):
    """An MP3 file of a constant bit rate, by libsndfile's LAME.

    Arguments
    ---------
    waveform : np.ndarray
        [time], float, finite, within -1 and 1: at amplitudes far above the
        encoder would end the process.
    sample_rate : int
        In Hz, one of `SAMPLE_RATES`.
    kbps : float
        In kbit/s, 32 to 320; the nearest one that the format has is taken.

    Returns
    -------
    data : bytes

    Example
    -------
    >>> import numpy as np
    >>> len(mp3_bytes(np.zeros(44100), 44100, kbps=64)) // 1000
    8
    """
    # At a level of 1 libsndfile rounds to less than the least bit rate
    level = min((MOST_KBPS - kbps) / (MOST_KBPS - LEAST_KBPS), 0.999)
    file = io.BytesIO()
    soundfile.write(
        file,
        waveform,
        sample_rate,
        format="MP3",
        bitrate_mode="CONSTANT",
        compression_level=level,
    )
    return file.getvalue()


def check_mp3():
    """Refuses a soundfile that cannot write MP3 at a given bit rate.

    Raises
    ------
    RuntimeError
        That says what to install.
    """
    version = tuple(int(n) for n in soundfile.__version__.split(".")[:2])
    if "MP3" not in soundfile.available_formats() or version < (0, 13):
        raise RuntimeError(
            f"soundfile {soundfile.__version__} with libsndfile "
            f"{soundfile.__libsndfile_version__} cannot write MP3 at a given "
            "bit rate: soundfile 0.13 and libsndfile 1.1 needed; pip install "
            "--upgrade soundfile"
        )
