"""Whose voice is it? All questions to an encoder that hears mixtures, too."""

from dataclasses import dataclass, field
from typing import NamedTuple

from speechbrain_singer.dataio.singer_draws import Tracks
from speechbrain_singer.evaluation.artist_identification import (
    ArtistIdentification,
)
from speechbrain_singer.evaluation.artist_similarity import ArtistSimilarity
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import by_distance
from speechbrain_singer.evaluation.performances import in_all
from speechbrain_singer.evaluation.sex_of_singers import SexOfSingers


class Heard(NamedTuple):
    """Embeddings of the same clips, heard in several ways.

    Arguments
    ---------
    embeddings : dict of str to torch.Tensor
        By what is heard: [clips, dim].
    rows : list of dict
        Of the clips.
    distance : bool
        Whether the encoder compares by distance, not by cosine.
    """

    embeddings: dict
    rows: list
    distance: bool = False


def hear(encoder, clips, cache_folder=None, progressbar=True, keys=None):
    """Encodes clips; to be called by all processes.

    Arguments
    ---------
    encoder : object
        As `cached_embeddings` takes it.
    clips : dict of str to list of dict
        As `VoiceClips.rows` returns them.
    cache_folder : str or Path, optional
    progressbar : bool
    keys : dict of str to str, optional
        Their `embeddings_key`, by what is heard, where they are known.

    Returns
    -------
    heard : Heard
        Without clips that could not be encoded in all ways.

    Raises
    ------
    AudioError
        If none can be encoded.
    """
    embedded = {
        name: cached_embeddings(
            *(encoder, rows, cache_folder, progressbar),
            (keys or {}).get(name),
        )
        for name, rows in clips.items()
    }
    return Heard(*in_all(embedded), by_distance(encoder))


@dataclass(frozen=True)
class VoiceProtocol:
    """All that is asked (Garoufis, Zlatintsi and Maragos, "CVSM", 2025).

    Arguments
    ---------
    identification : ArtistIdentification
    sex : SexOfSingers
    similarity : ArtistSimilarity

    Example
    -------
    >>> import torch
    >>> songs = "0123456789"
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in songs]
    >>> heard = Heard({"vocals": torch.eye(2).repeat_interleave(10, 0)}, rows)
    >>> report = VoiceProtocol().run(heard, progressbar=False)
    >>> report["identification"]["vocals"]["contexts"]["1"]["macro_f1"]["mean"]
    100.0
    >>> report["sex"]["vocals"]
    {'left_out': 'no sex is known, and two are needed'}
    """

    identification: ArtistIdentification = field(
        default_factory=ArtistIdentification
    )
    sex: SexOfSingers = field(default_factory=SexOfSingers)
    similarity: ArtistSimilarity = field(default_factory=ArtistSimilarity)

    def check(self, rows):
        """Refuses what would fail once the embeddings are there.

        Arguments
        ---------
        rows : list of dict
            Of the clips.

        Raises
        ------
        ValueError
            As `ArtistIdentification.check`.
        """
        self.identification.check(rows)

    def run(self, heard, progressbar=True):
        """Asks all of it.

        Arguments
        ---------
        heard : Heard
        progressbar : bool

        Returns
        -------
        report : dict
            The numbers of `clips`, `tracks` and `singers`; by what is heard
            `identification` and `sex`; and `similarity`.
        """
        rows, tracks = heard.rows, Tracks.of(heard.rows)
        by_way = {
            question: {
                way: getattr(self, question).run(own, rows, progressbar)
                for way, own in heard.embeddings.items()
            }
            for question in ("identification", "sex")
        }
        return {
            "clips": len(rows),
            "tracks": len(tracks.first),
            "singers": len(tracks.names),
            **by_way,
            "similarity": self.similarity.run(
                heard.embeddings, rows, heard.distance
            ),
        }
