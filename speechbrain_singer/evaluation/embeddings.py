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
        outcomes = (_encode_whole(encoder, path) for path in paths)
        embeddings = collect_embeddings(
            outcomes, len(paths), encoder.dimension, progressbar
        )
    embeddings = embeddings.float().cpu()
    usable = embeddings.isfinite().all(dim=1)
    kept = [row for row, good in zip(rows, usable, strict=True) if good]
    return embeddings[usable], kept


# Files are encoded while this goes over `outcomes`, without gradients too
@torch.no_grad()
def collect_embeddings(outcomes, files, dimension, progressbar=True):
    """Embeddings of files, as they come, of which some may have failed.

    Arguments
    ---------
    outcomes : iterable of (torch.Tensor or AudioError)
        For each file, in order: [dim], or why it cannot be encoded.
    files : int
        How many there are.
    dimension : int
        Of the embeddings.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [files, dim], float32, on the CPU. The rows of files that cannot be
        encoded are NaN, and a warning names each of them.

    Raises
    ------
    AudioError
        If none of the files can be encoded.

    Example
    -------
    >>> outcomes = [torch.ones(2), AudioError("b.wav: the file is empty")]
    >>> collect_embeddings(outcomes, 2, 2, progressbar=False)
    tensor([[1., 1.],
            [nan, nan]])
    """
    embeddings = torch.full((files, dimension), torch.nan)
    failures = []
    bar = tqdm(
        outcomes, "Encoding", files, unit="file", disable=not progressbar
    )
    for row, outcome in enumerate(bar):
        if isinstance(outcome, AudioError):
            failures.append(outcome)
            logger.warning("%s (left out: row %d is NaN)", outcome, row)
        else:
            embeddings[row] = outcome
    if failures and len(failures) == files:
        raise AudioError(
            f"none of {files} files can be encoded; the first: {failures[0]}"
        )
    return embeddings


def _encode_whole(encoder, path):
    try:
        waveform, sample_rate = read_audio(path)
    except AudioError as error:
        return error
    waveform = torch.from_numpy(waveform)
    if sample_rate != encoder.sample_rate:
        waveform = resampler(sample_rate, encoder.sample_rate)(waveform)
    return encoder.encode_batch(waveform.unsqueeze(0))[0, 0]
