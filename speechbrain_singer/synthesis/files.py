"""The files of a synthesised corpus, written on all cores."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import soundfile
import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.synthesis.mixture import synthesise_mixture
from speechbrain_singer.synthesis.performance import SAMPLE_RATE
from speechbrain_singer.synthesis.synthesiser import synthesise

logger = get_logger(__name__)


@dataclass(frozen=True)
class Files:
    """Where a session lies.

    Arguments
    ---------
    vocals : Path
    accompaniment, mixture : Path, optional
        Of sessions with a band.
    """

    vocals: Path
    accompaniment: Path | None = None
    mixture: Path | None = None

    @classmethod
    def of(cls, folder, session):
        """The files of a session in the folder of its corpus.

        Example
        -------
        >>> from types import SimpleNamespace as Some
        >>> take = Some(singer=Some(name="ann"), song=Some(name="tune"))
        >>> Files.of(Path("x"), Some(take=take, band=None)).vocals.as_posix()
        'x/ann/ann_tune.wav'
        """
        singer, song = session.take.singer.name, session.take.song.name
        stem = f"{singer}_{song}"
        vocals = folder / singer / f"{stem}.wav"
        if session.band is None:
            return cls(vocals)
        return cls(
            vocals,
            vocals.with_name(f"{stem}.accompaniment.wav"),
            vocals.with_name(f"{stem}.mixture.wav"),
        )

    @property
    def are_there(self):
        """Whether none is missing."""
        paths = (self.vocals, self.accompaniment, self.mixture)
        return all(path is None or path.exists() for path in paths)


def synthesise_files(sessions, seconds, folder):
    """Writes the files of sessions, one session a core.

    Arguments
    ---------
    sessions : dict
        Files -> Session.
    seconds : float
    folder : Path
        Of the corpus, for the message.
    """
    logger.info(
        "Synthesising %d recordings of %g s in %s",
        *(len(sessions), seconds, folder),
    )
    for parent in {files.vocals.parent for files in sessions}:
        parent.mkdir(exist_ok=True)

    def write(item):
        files, session = item
        if session.band is None:
            (waveform,) = synthesise([session.take], seconds)
            _write(files.vocals, waveform.numpy())
            return
        stems = synthesise_mixture(session.take, session.band, seconds)
        _write(files.vocals, stems.vocals)
        _write(files.accompaniment, stems.accompaniment)
        _write(files.mixture, stems.mixture)

    # One file a core: faster than several cores a file
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(
        threads, initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        done = pool.map(write, sessions.items())
        for _ in tqdm(done, "synthesis", total=len(sessions), unit="file"):
            pass
    torch.set_num_threads(threads)


def _write(path, waveform):
    with atomic_path(path) as part:
        soundfile.write(part, waveform, SAMPLE_RATE, format="WAV")
