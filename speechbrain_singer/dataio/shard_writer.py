"""Writes the recordings of a manifest as shards, whole ones only."""

import io
import json
import os
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import soundfile
import torch
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError, read_open, resampler
from speechbrain_singer.dataio.files import atomic_open, atomic_path, read_json
from speechbrain_singer.dataio.manifest import PATHS, read_manifest
from speechbrain_singer.dataio.reading import frame_size, sounding_frames
from speechbrain_singer.dataio.recordings import Recordings
from speechbrain_singer.dataio.shard_plan import plan_shards
from speechbrain_singer.dataio.shard_rows import pack, seal
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.dataio.webdataset import webdataset

NOTES = "written"
_BLOCK = 2**20  # samples, of which there are copies
# What 16 bits would cut; what a lossy format gives has no more
_OF_24_BITS = ("PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAC_24", "ALAC_32")


def write_shards(
    manifest, folder, part, megabytes=256, sample_rate=44100, seed=1234
):
    """Writes shards in parallel, behind a progress bar.

    Each is written whole or not at all, with a note of what it holds in
    `written/` beside it. Those that have one are left as they are: so a killed
    run goes on where it was, and ends with the same files.

    Arguments
    ---------
    manifest : str or Path
    folder : str or Path
        Where `<part>-000000.tar` and so on come to lie.
    part : str
        Such as `train`.
    megabytes : float
        Of a shard, about.
    sample_rate : int
        Hz, of what is written.
    seed : int
        Of the order, see `plan_shards`.

    Returns
    -------
    notes : dict of str to dict
        Name of each shard -> `recordings`, `seconds`, `singers`, and what was
        `skipped`, a list of `path` and `reason`.

    Raises
    ------
    OSError
        If nothing can be written, as the disk is full.

    Example
    -------
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.splits import Split
    >>> folder = getfixture("tmp_path")
    >>> tone = np.sin(np.arange(44100)) / 2
    >>> soundfile.write(folder / "a.wav", tone, 44100)
    >>> corpus = Corpus("folder", folder, folder, split=Split(0, 0))
    >>> write_shards(corpus.prepare().train, folder, "train")
    {'train-000000.tar': {'recordings': 1, 'seconds': 1.0, 'singers': 0, \
'skipped': []}}
    """
    rows = read_manifest(manifest)
    if not rows:
        return {}
    folder = Path(folder)
    (folder / NOTES).mkdir(parents=True, exist_ok=True)
    # Clips are not asked for; that a file is the manifest's is looked after
    recordings = Recordings(manifest, 1.0, sample_rate)
    shards = plan_shards(rows, megabytes, sample_rate, seed)
    names = [f"{part}-{number:06d}" for number in range(len(shards))]
    bar = tqdm(total=len(rows), desc=f"writing {part}", unit="file")

    def write(name, plan):
        note = folder / NOTES / f"{name}.json"
        if not note.exists():
            shard = _Shard(recordings, rows, plan, bar.update)
            shard.write(folder / f"{name}.tar")
            with atomic_open(note) as file:
                json.dump(shard.note(), file)
        else:
            bar.update(len(plan))
        return read_json(note, "delete it, and its shard is written anew")

    with bar, ThreadPool(os.cpu_count()) as pool:
        notes = pool.starmap(
            write, zip(names, shards, strict=True), chunksize=1
        )
    return {f"{n}.tar": note for n, note in zip(names, notes, strict=True)}


class _Shard:
    """One shard: what is written to it, and what came of that."""

    def __init__(self, recordings, rows, plan, progress):
        self.recordings = recordings
        self.rows = rows
        self.plan = plan
        self.progress = progress
        self.written = []  # rows
        self.skipped = []

    def write(self, path):
        """Writes the tar, or none where no recording can be read."""
        samples = self._samples()
        sample = next(samples, None)
        if sample is None:
            return
        with (
            atomic_path(path) as part,
            part.open("wb") as file,
            # The time of writing would make each writing another file
            webdataset().TarWriter(file, encoder=False, mtime=0) as tar,
        ):
            while sample is not None:
                (row, flac), sample = sample, next(samples, None)
                row = row | {"last": sample is None}
                key = row["wav"].removesuffix(".flac")
                tar.write(
                    {"__key__": key, "flac": flac, "json": seal(row, flac)}
                )
                self.written.append(row)

    def note(self):
        """What the shard holds, and what it lacks."""
        singers = {row["singer"] for row in self.written} - {""}
        return {
            "recordings": len(self.written),
            "seconds": round(sum(row["duration"] for row in self.written), 3),
            "singers": len(singers),
            "skipped": self.skipped,
        }

    def _samples(self):
        """Yields (row, flac); those that cannot be read are noted."""
        for handful, number in self.plan:
            try:
                row, flac = self._sample(number)
                yield row | {"handful": handful}, flac
            except AudioError as error:
                path = self.rows[number]["wav"]
                reason = str(error).removeprefix(f"{name_of(path)}: ")
                self.skipped.append({"path": path, "reason": reason})
            self.progress(1)

    def _sample(self, number):
        rate = self.recordings.sample_rate
        with self.recordings.open(number) as recording:
            file, threshold = recording.file, recording.threshold
            samples = read_open(file, recording.start, recording.frames)
            if file.samplerate != rate:
                change = resampler(file.samplerate, rate)
                samples = change(torch.from_numpy(samples)).numpy()
            wide = file.subtype in _OF_24_BITS
        # FLAC ends at 1; how loud a recording is tells nothing
        scale = max(1.0, float(samples.max()), float(-samples.min()))
        size = frame_size(rate, len(samples))
        facts = {
            "wav": f"{number:09d}.flac",
            "start": 0,
            "stop": len(samples),
            "sample_rate": rate,
            "duration": round(len(samples) / rate, 6),
            "peak": self.rows[number]["peak"] / scale,
            "sounding": pack(sounding_frames(samples, size, threshold)),
        }
        # Other files of the recording are not in the shard
        known = {k: v for k, v in self.rows[number].items() if k not in PATHS}
        return known | facts, as_flac(
            np.divide(samples, scale, out=samples), rate, wide
        )


def as_flac(samples, sample_rate, wide=False):
    """Bytes of a FLAC.

    Samples of 16 or 24 bits come out as they were.

    Arguments
    ---------
    samples : np.ndarray
        [time], float32, from -1 to 1.
    sample_rate : int
        Hz.
    wide : bool
        Whether with 24 bits, or else with 16.

    Returns
    -------
    flac : bytes

    Example
    -------
    >>> flac = as_flac(np.float32([0.5, -1, 1]), 44100)
    >>> soundfile.read(io.BytesIO(flac), dtype="int16")[0].tolist()
    [16384, -32768, 32767]
    """
    kind = "PCM_24" if wide else "PCM_16"
    with io.BytesIO() as stream:
        with soundfile.SoundFile(
            stream, "w", sample_rate, 1, subtype=kind, format="FLAC"
        ) as file:
            for start in range(0, len(samples), _BLOCK):
                file.write(_whole(samples[start : start + _BLOCK], wide))
        return stream.getvalue()


def _whole(samples, wide):
    """Whole numbers; those of 24 bits are the upper ones of 32."""
    full = 2 ** (23 if wide else 15)
    whole = np.clip(np.rint(samples.astype(np.float64) * full), -full, full - 1)
    return whole.astype(np.int32) << 8 if wide else whole.astype(np.int16)
