"""Parts of a corpus, as chunks with the labels of their frames."""

from dataclasses import dataclass

import torch

from speechbrain_singer.dataio.chunks import Chunks, chunks_of
from speechbrain_singer.dataio.note_chunks import (
    chunk_labels,
    with_notes,
    without_songs_of,
)
from speechbrain_singer.dataio.note_frames import frame_times
from speechbrain_singer.distributed import on_main


@dataclass(frozen=True)
class SungPart:
    """Recordings with their notes.

    Arguments
    ---------
    rows : list of dict
        Of the manifest.
    notes : dict of str to np.ndarray
        By ID, [notes, 3].
    """

    rows: list
    notes: dict

    def chunks(self, features, encoder, seconds, progressbar=True):
        """Chunks of the recordings, with the labels of their frames.

        To be called by all processes of a torchrun.

        Rests are kept, but for chunks that are silent as a whole.

        Arguments
        ---------
        features : torch.nn.Module
            With `sample_rate`, `frame_rate` and `first_frame`.
        encoder : torch.nn.Module
            Of frames, on these features.
        seconds : float
            Of a chunk.
        progressbar : bool

        Returns
        -------
        chunks : Chunks
            Of labels [frames, 4].
        """
        # One process reads them
        own = on_main(chunks_of, self.rows, seconds, progressbar=progressbar)
        rate = features.sample_rate
        # Files at odd rates give a sample less
        time = Chunks(own, rate, own).time
        times = frame_times(
            frames_of(features, encoder, time),
            *(features.frame_rate, features.first_frame),
        )
        return Chunks(
            own, rate, chunk_labels(own, self.rows, self.notes, times)
        )


def sung_parts(rows, keep_shared_songs=False):
    """Parts with the notes of their recordings.

    Arguments
    ---------
    rows : dict of str to list of dict
        By part (train, valid, test), rows of a manifest.
    keep_shared_songs : bool
        Whether recordings train of which the song is sung in the other parts.

    Returns
    -------
    parts : dict of str to SungPart

    Raises
    ------
    ValueError
        If a part is empty, or none of its recordings has notes.
    """
    for part, own in rows.items():
        if not own:
            raise ValueError(
                f"no recording is in the part {part!r}: name another split, or "
                "more recordings"
            )
    sung = {part: SungPart(*with_notes(own)) for part, own in rows.items()}
    if keep_shared_songs:
        return sung
    valid = without_songs_of(sung["valid"].rows, sung["test"].rows, "test")
    others = valid + sung["test"].rows
    kept = {
        "train": without_songs_of(sung["train"].rows, others),
        "valid": valid,
        "test": sung["test"].rows,
    }
    return {part: SungPart(own, sung[part].notes) for part, own in kept.items()}


@torch.no_grad()
def frames_of(features, encoder, time):
    """How many frames a chunk of so many samples has."""
    modes = features.training, encoder.training
    features.eval()
    encoder.eval()
    weight = next(encoder.parameters(), torch.empty(0))
    frames = encoder(features(torch.zeros(1, time, device=weight.device)))
    features.train(modes[0])
    encoder.train(modes[1])
    return frames.shape[1]
