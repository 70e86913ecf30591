"""Embeddings of recordings by any encoder."""

import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError, read_audio, resampler

logger = get_logger(__name__)


def embed_recordings(encoder, rows, progressbar=True):
    """One vector for each recording of a manifest that can be encoded.

    Arguments
    ---------
    encoder : object
        With `sample_rate`, `dimension` and `encode_batch` ([batch, time] to
        [batch, 1, dim]). Its `encode_files` is used where it has one.
    rows : list of dict
        Rows of a manifest, with the column `wav`.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [recordings, dim], float32, on the CPU.
    rows : list of dict
        Those that could be encoded; a warning names each of the others.

    Raises
    ------
    AudioError
        If none can be encoded.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, np.random.randn(9000) / 9, 44100)
    >>> rows = [{"wav": str(path), "singer": "ann"}]
    >>> embed_recordings(MFCCStatistics(), rows, progressbar=False)[0].shape
    torch.Size([1, 40])
    """
    paths = [row["wav"] for row in rows]
    if hasattr(encoder, "encode_files"):
        embeddings = encoder.encode_files(paths, progressbar=progressbar)
    else:
        embeddings = _encode_whole(encoder, paths, progressbar)
    embeddings = embeddings.float().cpu()
    usable = embeddings.isfinite().all(dim=1)
    kept = [row for row, good in zip(rows, usable, strict=True) if good]
    return embeddings[usable], kept


def _encode_whole(encoder, paths, progressbar):
    embeddings = torch.full((len(paths), encoder.dimension), torch.nan)
    failures = []
    bar = tqdm(paths, "Encoding", unit="file", disable=not progressbar)
    for row, path in enumerate(bar):
        try:
            waveform, sample_rate = read_audio(path)
        except AudioError as error:
            failures.append(error)
            logger.warning("%s (left out)", error)
            continue
        waveform = torch.from_numpy(waveform)
        if sample_rate != encoder.sample_rate:
            waveform = resampler(sample_rate, encoder.sample_rate)(waveform)
        embeddings[row] = encoder.encode_batch(waveform.unsqueeze(0))[0, 0]
    if failures and len(failures) == len(paths):
        raise AudioError(
            f"none of {len(paths)} files can be encoded; the first: "
            f"{failures[0]}"
        )
    return embeddings
