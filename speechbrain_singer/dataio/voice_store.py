"""Spectrograms of many voices in a few files, each a block of voices."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.files import (
    atomic_open,
    atomic_path,
    check_writable,
    read_json,
    sweep,
)

SETTINGS_FILE = "voices.json"
_TYPE = np.dtype("<f2")


@dataclass(frozen=True)
class VoiceSettings:
    """What makes the recordings of a store what they are.

    Arguments
    ---------
    seed : int
    recordings : int
        Of each voice.
    seconds : float
        Length of a recording.
    sample_rate, n_fft, hop_length, n_mels : int
        Of the spectrograms, as `LogMel` has them.
    block : int
        Voices of a file.
    without : list of str
        What the voices lack, as `record_person` takes it.

    Raises
    ------
    ValueError
        If a number is too small, or `without` no list.
    """

    seed: int
    recordings: int = 5
    seconds: float = 4.5
    sample_rate: int = 44100
    n_fft: int = 2048
    hop_length: int = 1024
    n_mels: int = 80
    block: int = 200
    without: list = field(default_factory=list)

    def __post_init__(self):
        check_whole("seed of the persons", self.seed, least=0)
        for name in ("recordings", "block", "sample_rate", "hop_length"):
            check_whole(name, getattr(self, name), least=1)
        check_whole("n_fft", self.n_fft, least=2)
        check_whole("n_mels", self.n_mels, least=1)
        check_number("seconds", self.seconds, 0, above=True, most=3600)
        # A text would be read letter by letter
        if not isinstance(self.without, list | tuple):
            raise ValueError(
                f"without: {self.without!r}: must be a list of names, such as "
                "[larynx]"
            )

    @property
    def frames(self):
        """Of a recording."""
        return 1 + int(self.seconds * self.sample_rate) // self.hop_length

    @property
    def shape(self):
        """Of a block: [recordings of all its voices, bands, frames]."""
        return self.block * self.recordings, self.n_mels, self.frames


@dataclass(frozen=True)
class VoiceStore:
    """A folder with blocks of voices, `block-00000.npy` and so on.

    A block is decibels in float16, [recordings, bands, frames], those of a
    voice one after the other. It is written whole, so that a run that was
    killed goes on with the block that it was at, and blocks can be copied from
    elsewhere.

    Arguments
    ---------
    folder : str or Path
    settings : VoiceSettings

    Example
    -------
    >>> settings = VoiceSettings(1, recordings=2, n_mels=3, block=4)
    >>> store = VoiceStore(getfixture("tmp_path") / "voices", settings)
    >>> store.claim(code="0123")
    >>> store.missing(voices=8)
    [0, 1]
    >>> store.write(0, np.zeros(settings.shape))
    >>> store.missing(voices=8)
    [1]
    """

    folder: str
    settings: VoiceSettings

    def claim(self, code):
        """Makes the folder one of these settings, unless it holds others.

        Arguments
        ---------
        code : str
            A digest of the code that makes voices of them.

        Raises
        ------
        OSError
            If nothing can be written there.
        ValueError
            If it is one of other settings, which the message names.
        """
        check_writable(self.folder)
        sweep(self.folder, below=False)
        note = Path(self.folder, SETTINGS_FILE)
        without = sorted(set(self.settings.without))
        now = asdict(self.settings) | {"without": without, "code": code}
        if not self._blocks():
            with atomic_open(note) as file:
                json.dump(now, file, indent=1)
            return
        if not note.exists():
            raise ValueError(
                f"{self.folder} holds blocks, and no {SETTINGS_FILE} says "
                "of which settings: name another folder"
            )
        then = read_json(note, "name another folder")
        differences = [
            f"{name} is {now.get(name)} now, {then.get(name)} then"
            for name in sorted(now.keys() | then.keys())
            if now.get(name) != then.get(name)
        ]
        if differences:
            raise ValueError(
                f"{self.folder} holds voices of other settings: "
                f"{', '.join(differences)}; name another folder, or give "
                "those settings"
            )

    def path(self, block):
        """Where a block lies."""
        return Path(self.folder, f"block-{block:05d}.npy")

    def missing(self, voices):
        """The numbers of the blocks that lack, of so many voices.

        Raises
        ------
        ValueError
            If they do not fill their blocks.
        """
        return [i for i in self.numbers(voices) if not self.path(i).exists()]

    def numbers(self, voices):
        """The numbers of the blocks of so many voices."""
        check_whole("persons", voices, least=1)
        blocks, rest = divmod(voices, self.settings.block)
        if rest:
            raise ValueError(
                f"persons is {voices}: a multiple of {self.settings.block} is "
                "needed, as so many are in a file"
            )
        return range(blocks)

    def write(self, block, decibels):
        """Writes a block, whole or not at all.

        Arguments
        ---------
        block : int
        decibels : np.ndarray
            [recordings, bands, frames]

        Raises
        ------
        OSError
            If it cannot be written; the message says so where the disk is
            full.
        """
        if decibels.shape != self.settings.shape:
            raise ValueError(
                f"a block of {list(decibels.shape)}: "
                f"{list(self.settings.shape)} needed"
            )
        with (
            atomic_path(self.path(block)) as temporary,
            temporary.open("wb") as file,
        ):
            np.save(file, decibels.astype(_TYPE, copy=False))

    def voices(self, count):
        """So many `StoredVoices`; their blocks have to be there."""
        paths = [self.path(number) for number in self.numbers(count)]
        return StoredVoices(paths, self.settings)

    def _blocks(self):
        return any(Path(self.folder).glob("block-*.npy"))


class StoredVoices:
    """Voices of a store, of which is read what one looks at.

    Arguments
    ---------
    paths : list of Path
        Of the blocks.
    settings : VoiceSettings

    Raises
    ------
    FileNotFoundError
        If a block lacks.
    ValueError
        If one is damaged.
    """

    def __init__(self, paths, settings):
        self.paths = paths
        self.settings = settings
        self.blocks = [_open(path, settings.shape) for path in paths]

    def __reduce__(self):
        # The memory maps would be copied to the workers of a loader
        return type(self), (self.paths, self.settings)

    def __len__(self):
        return len(self.blocks) * self.settings.block

    def __getitem__(self, voice):
        """The recordings of a voice: [recordings, bands, frames], float16."""
        block, place = divmod(voice, self.settings.block)
        first = place * self.settings.recordings
        return self.blocks[block][first : first + self.settings.recordings]


def _open(path, shape):
    try:
        block = np.load(path, mmap_mode="r")
    except (ValueError, EOFError) as error:
        raise ValueError(
            f"{path}: damaged: delete it, and start the same again ({error})"
        ) from error
    if block.shape != shape or block.dtype != _TYPE:
        raise ValueError(
            f"{path}: {list(block.shape)} of {block.dtype}, {list(shape)} of "
            f"{_TYPE} needed: delete it, and start the same again"
        )
    return block
