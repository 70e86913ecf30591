"""The clips that validation and evaluation hear: the same ones every time."""

import numpy as np
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.recordings import Recordings

ENOUGH_SOUNDING = 0.5
PLACES = 9  # where in a stretch a better clip is sought
INSTEAD = "the next recording stands in for it"


class EvaluationClips(torch.utils.data.Dataset):
    """Clips spread evenly over each recording, without overlap.

    A recording is cut into as many equal stretches as it has clips, and each
    stretch gives the clip in its middle; if less than half of that sounds, the
    best of a few others in the stretch. A recording shorter than a clip gives
    one, with zeros at its end.

    A recording that cannot be read is named once in a warning, and clips of the
    next one stand in for it, under that one's row.

    Arguments
    ---------
    manifest : str or Path
        A CSV file that `corpora.prepare` wrote.
    seconds : float
        Length of a clip.
    sample_rate : int
        In Hz; files at other rates are resampled.
    clips_per_recording : int
        At most, as many as there is time for.

    Raises
    ------
    ValueError
        If the manifest holds no recordings.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import prepare
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", noise, 44100)
    >>> paths = prepare("folder", folder, folder, 0, 0)
    >>> clips = EvaluationClips(paths.manifest, 0.5, clips_per_recording=3)
    >>> len(clips), clips[2]["clip"].shape, clips[2]["row"]
    (3, torch.Size([22050]), 0)
    """

    def __init__(
        self, manifest, seconds, sample_rate=44100, clips_per_recording=1
    ):
        self.recordings = Recordings(manifest, seconds, sample_rate)
        room = (self.recordings.durations / seconds).astype(int)
        self.clips_of = np.clip(room, 1, clips_per_recording)
        self._ends = np.cumsum(self.clips_of)

    def __len__(self):
        return int(self._ends[-1])

    def __getitem__(self, index):
        """Reads a clip.

        Arguments
        ---------
        index : int

        Returns
        -------
        item : dict
            `clip`, a tensor [time], float32, of peak 1; `row`, the place of its
            recording in the manifest.

        Raises
        ------
        RuntimeError
            If no recording of the manifest can be read.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} of {len(self)}")
        wanted = int(np.searchsorted(self._ends, index, side="right"))
        stretch = index - int(self._ends[wanted] - self.clips_of[wanted])
        for offset in range(len(self.recordings)):
            row = (wanted + offset) % len(self.recordings)
            try:
                clip = self._read(row, stretch % self.clips_of[row])
            except (AudioError, OSError) as error:
                self.recordings.warn_once(row, error, INSTEAD)
                continue
            return {"clip": torch.from_numpy(clip), "row": row}
        raise RuntimeError(
            f"{self.recordings.manifest}: none of its {len(self.recordings)} "
            "recordings can be read; prepare the corpus anew"
        )

    def _read(self, row, stretch):
        with self.recordings.open(row) as recording:
            first = stretch * recording.frames // self.clips_of[row]
            end = (stretch + 1) * recording.frames // self.clips_of[row]
            last = max(first, end - recording.length)
            best = recording.crop(int(first + last) // 2)
            if best.sounding < ENOUGH_SOUNDING:
                starts = np.unique(np.linspace(first, last, PLACES, dtype=int))
                crops = (recording.crop(int(start)) for start in starts)
                best = max(crops, key=lambda crop: crop.sounding)
            return best.clip()
