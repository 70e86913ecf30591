"""Synthesises persons who sing, and keeps their spectrograms."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial

import numpy as np
import torch
from speechbrain.utils.logger import get_logger
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from speechbrain_singer.augment.spectral_channel import FLOOR_DB
from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.locks import one_at_a_time
from speechbrain_singer.distributed import on_main, several_processes
from speechbrain_singer.evaluation.fingerprint import code_digest
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.orphans import end_with_parent
from speechbrain_singer.processor import own_cores
from speechbrain_singer.synthesis.persons import check_factors, record_person

# Between the settings of a person and what is kept of the recordings
CODE = (
    *("synthesis/*.py", "dsp/spectra.py", "dsp/tracks.py"),
    *("lobes/features.py", "lobes/spectrogram.py"),
)

logger = get_logger(__name__)


def check_apart(train, valid):
    """Refuses stores of the same persons.

    Arguments
    ---------
    train, valid : VoiceSettings

    Raises
    ------
    ValueError
        If they have one seed.

    Example
    -------
    >>> from speechbrain_singer.dataio.voice_store import VoiceSettings
    >>> check_apart(VoiceSettings(1), VoiceSettings(2))
    """
    if train.seed == valid.seed:
        raise ValueError(
            f"persons_seed and valid_persons_seed are both {train.seed}: who "
            "trains would validate too; give another valid_persons_seed"
        )


def prepare_voices(store, persons, workers=None, progressbar=True):
    """Persons of a store; those that lack are synthesised first.

    To be called by all processes of a torchrun, of which none synthesises: the
    others would wait for it, and not for as long.

    Arguments
    ---------
    store, persons, workers, progressbar
        As `synthesise` takes them.

    Returns
    -------
    voices : StoredVoices

    Raises
    ------
    FileNotFoundError
        If persons lack, and there are several processes.
    OSError, ValueError
        As `VoiceStore` raises them.
    """
    if several_processes():
        on_main(_check_complete, store, persons)
    else:
        synthesise(store, persons, workers, progressbar)
    return store.voices(persons)


def synthesise(store, persons, workers=None, progressbar=True):
    """Synthesises those persons of a store that lack.

    Other runs that want the same wait, and then find it.

    Arguments
    ---------
    store : VoiceStore
        Its seed is that of the persons.
    persons : int
        A multiple of those of a block.
    workers : int, optional
        Blocks at once, each in a process of its own; as many as this process
        may use cores if left out.
    progressbar : bool

    Raises
    ------
    OSError, ValueError
        As `VoiceStore` raises them; ValueError if there is no such factor.
    """
    store.numbers(persons)
    if workers is None:
        workers = own_cores()
    check_whole("synthesis_workers", workers, least=1)
    # Before the folder is one of persons who cannot be
    check_factors(store.settings.without)
    with one_at_a_time(store.folder):
        store.claim(code_digest(*CODE))
        missing = store.missing(persons)
        if not missing:
            return
        settings = store.settings
        logger.info(
            "Synthesising %d persons, %d recordings of %g s each, in %s",
            *(len(missing) * settings.block, settings.recordings),
            *(settings.seconds, store.folder),
        )
        done = _at_once(partial(write_block, store), missing, workers)
        hidden = not progressbar
        for _ in tqdm(
            done, "persons", len(missing), unit="block", disable=hidden
        ):
            pass


def _check_complete(store, persons):
    """Without the lock, which who synthesises more of them may hold."""
    missing = store.missing(persons)
    if missing:
        raise FileNotFoundError(
            f"{store.folder} lacks {len(missing)} files of persons: "
            "synthesise them first, in one process: give "
            "recipes/Synthetic/synthesise.py the same YAML and options"
        )
    store.claim(code_digest(*CODE))


def write_block(store, block):
    """Synthesises a block of persons and writes it.

    Arguments
    ---------
    store : VoiceStore
    block : int
    """
    count = store.settings.block
    persons = range(block * count, (block + 1) * count)
    decibels = [kept_decibels(store.settings, person) for person in persons]
    store.write(block, np.concatenate(decibels))


@torch.no_grad()
def kept_decibels(settings, person):
    """What is kept of a person's recordings.

    Arguments
    ---------
    settings : VoiceSettings
    person : int

    Returns
    -------
    decibels : np.ndarray
        [recordings, bands, frames], float16: 0 is the loudest bin of each
        recording, -100 whatever is that far below.
    """
    wavs = record_person(
        *(settings.seed, person, settings.recordings, settings.seconds),
        without=settings.without,
    )
    decibels = log_mel(settings).decibels(wavs)
    decibels = decibels - decibels.amax(dim=(1, 2), keepdim=True)
    return decibels.clamp(min=FLOOR_DB).half().numpy()


def log_mel(settings):
    """The front end that a store's spectrograms are of."""
    return LogMel(
        settings.sample_rate,
        settings.n_fft,
        settings.hop_length,
        settings.n_mels,
    )


def _at_once(function, numbers, workers):
    """Calls a function with each number; yields when one is done."""
    workers = min(workers, len(numbers))
    if workers < 2:
        yield from map(function, numbers)
        return
    # Not forked: threads of this process would be missing there
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin_worker) as pool:
        futures = [pool.submit(function, number) for number in numbers]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin_worker():
    torch.set_num_threads(1)
    # NumPy's threads too: they wait by spinning, for what is quick alone
    threadpool_limits(1)
    torch.set_flush_denormal(True)  # as the scripts do for themselves
    end_with_parent()
