"""The recordings of a manifest: which is drawn, and its files opened."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_clip_seconds, check_whole
from speechbrain_singer.dataio.audio import (
    SAMPLE_RATES,
    AudioError,
    open_audio,
)
from speechbrain_singer.dataio.manifest import (
    FURTHER_FILES,
    WEIGHT,
    read_manifest,
)
from speechbrain_singer.dataio.reading import Recording

logger = get_logger(__name__)

MOST_DRAWS = 1000  # of recordings, for one clip or pair


class Recordings:
    """The recordings of a manifest, and clips of one length from them.

    Only the frames that a clip takes are read. A column `weight` says how often
    a second of each is drawn.

    Arguments
    ---------
    manifest : str or Path
        The CSV file.
    seconds : float
        Length of a clip.
    sample_rate : int
        Hz, of the clips. Files at other rates are resampled.
    *columns : str
        Columns with other files of the same recordings that the manifest must
        have, such as `mixture`. `open` takes any of `FURTHER_FILES`.

    Raises
    ------
    ValueError
        If the manifest is empty or lacks a column, a clip has no sample, or
        the length or rate cannot be.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.splits import Split
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 96000)
    >>> soundfile.write(folder / "a.wav", noise, 48000)
    >>> paths = Corpus("folder", folder, folder, split=Split(0, 0)).prepare()
    >>> recordings = Recordings(paths.train, seconds=0.5, sample_rate=44100)
    >>> with recordings.open(0) as recording:
    ...     clip = recording.read(start=4800)
    >>> clip.sounding
    1.0
    >>> clip.waveform().shape
    (22050,)
    """

    def __init__(self, manifest, seconds, sample_rate, *columns):
        check_clip_seconds(seconds)
        check_whole("sample_rate", sample_rate, *SAMPLE_RATES)
        rows = read_manifest(manifest, *columns)
        if not rows:
            raise ValueError(f"{manifest}: no recordings in this manifest")
        self.manifest = manifest
        self.seconds = seconds
        self.sample_rate = sample_rate
        self.time = round(seconds * sample_rate)
        if self.time < 1:
            raise ValueError(
                f"clips of {seconds} s at {sample_rate} Hz have no sample"
            )
        self.files = {
            name: [row.get(name, "") for row in rows]
            for name in {"wav", *FURTHER_FILES, *columns}
        }
        self.singers = [row["singer"] for row in rows]
        self.start = np.array([row["start"] for row in rows])
        self.stop = np.array([row["stop"] for row in rows])
        self.rate = np.array([row["sample_rate"] for row in rows])
        self.peak = np.array([row["peak"] for row in rows])
        weights = np.array([row.get(WEIGHT, 1.0) for row in rows])
        self._ends = np.cumsum(weights * self.durations)
        self._named = set()

    def __len__(self):
        return len(self.start)

    @property
    def durations(self):
        """[recordings], in seconds."""
        return (self.stop - self.start) / self.rate

    def draw(self, generator, take):
        """Draws recordings, the longer the likelier, until one gives something.

        Those that cannot be read are named once, and others are drawn.

        Arguments
        ---------
        generator : np.random.Generator
        take : callable
            Gets a row and the generator; returns what is wanted, or None for
            another recording to be drawn.

        Returns
        -------
        row : int
            The recording's place in the manifest.
        taken : object
            What `take` returned.

        Raises
        ------
        RuntimeError
            If 1000 recordings gave nothing.
        """
        failure = "none"
        for _ in range(MOST_DRAWS):
            place = generator.random() * self._ends[-1]
            row = int(np.searchsorted(self._ends, place, side="right"))
            try:
                taken = take(row, generator)
            except AudioError as error:
                failure = error
                self.warn_once(error)
                continue
            if taken is not None:
                return row, taken
        raise RuntimeError(
            f"{self.manifest}: of {MOST_DRAWS} recordings that were drawn none "
            "could be read and sounded; the last that could not be read: "
            f"{failure}"
        )

    def warn_once(self, error):
        """Says what could not be read, the first time only.

        It is not left out for good: a run that goes on from a checkpoint does
        not know what failed before, and must draw the same.
        """
        message = str(error)
        if message not in self._named:
            self._named.add(message)
            logger.warning("%s; others are drawn instead", message)

    @contextmanager
    def open(self, row, column="wav"):
        """Opens a recording; all clips of it share the open file.

        Arguments
        ---------
        row : int
            Its place in the manifest.
        column : str
            Which of its files: `wav`, or another column.
            What is silent in that is told by the peak of `wav`.

        Yields
        ------
        recording : Recording

        Raises
        ------
        AudioError
            If the file is missing or cannot be read, is not the one that the
            manifest describes, or ends before the recording starts.
        """
        path = self.files[column][row]
        if not path:
            raise AudioError(
                f"{self.manifest}: {Path(self.files['wav'][row]).name} has no "
                f"{column}"
            )
        with open_audio(path) as file:
            start, stop = self._stretch(file, row, column)
            yield Recording(self, file, start, stop, float(self.peak[row]))

    def _stretch(self, file, row, column):
        """First frame of a recording in its file, and the one after its end."""
        rate, start, stop = (
            int(values[row]) for values in (self.rate, self.start, self.stop)
        )
        if column != "wav":
            # The same stretch of time, as far as the file goes
            start = round(start * file.samplerate / rate)
            stop = min(round(stop * file.samplerate / rate), file.frames)
            if start >= stop:
                raise AudioError(
                    f"{file.name}: of {file.frames} frames, but the recording "
                    f"starts at frame {start}"
                )
        elif file.samplerate != rate or file.frames < stop:
            raise AudioError(
                f"{file.name}: changed since its manifest was written: "
                f"{file.frames} frames at {file.samplerate} Hz, not {stop} "
                f"at {rate} Hz"
            )
        return start, stop
