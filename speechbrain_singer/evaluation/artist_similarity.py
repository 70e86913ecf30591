"""Artist similarity: is a singer's other track nearer than those of others?"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.singer_draws import Tracks
from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.metrics.matching import evaluate
from speechbrain_singer.trials.episodes import Episodes

logger = get_logger(__name__)

BLOCK = 65_536  # clips that are summed at once
PLACES = 9  # decimals of scores, so that equal tracks tie


@dataclass(frozen=True)
class ArtistSimilarity:
    """Compares tracks without a probe, in many small draws.

    In each episode singers are drawn, and two tracks of each with different
    songs: the first are queries, the second candidates. With mixtures and
    vocals both at hand, the same tracks are compared across them too.

    Arguments
    ---------
    episodes : int
    singers : int
        Of an episode, all if there are not more.
    seed : int

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "12"]
    >>> tracks = {"vocals": torch.eye(2).repeat_interleave(2, dim=0)}
    >>> report = ArtistSimilarity(episodes=3).run(tracks, rows)
    >>> report["ways"]["vocals"]["MNR"]["mean"]
    0.0
    """

    episodes: int = 100
    singers: int = 50
    seed: int = 0

    def __post_init__(self):
        check_whole("episodes", self.episodes, least=2)
        check_whole("singers", self.singers, least=2)
        check_whole("seed", self.seed, least=0)

    def run(self, embeddings, rows, distance=False):
        """Draws and compares.

        Arguments
        ---------
        embeddings : dict of str to torch.Tensor
            By what is heard: [clips, dim].
        rows : list of dict
            Rows of a manifest, with the column `recording`.
        distance : bool
            Whether tracks are compared by minus the squared distance of their
            means, not by the cosine.

        Returns
        -------
        report : dict
            `singers`, in an episode, `of` how many with two songs, and how
            many are `alone`; `ways`: MNR, EER and published_EER in percent, as
            mean and spread over the episodes, of each way to hear both tracks,
            and of two as `vocals by mixtures`. Or the reason why it is
            `left_out`.
        """
        episodes = Episodes.of(rows)
        if len(episodes.pairs) < 2:
            reason = f"{len(episodes.pairs)} singers have two songs"
            logger.warning("Similarity is not asked for: %s", reason)
            return {"left_out": reason}
        tracks = {
            name: track_embeddings(own, rows, distance)
            for name, own in embeddings.items()
        }
        ways = {name: (name, name) for name in tracks} | {
            f"{candidate} by {query}": (query, candidate)
            for query in tracks
            for candidate in tracks
            if query != candidate
        }
        drawn = [
            episodes.draw(self.singers, np.random.default_rng((self.seed, n)))
            for n in range(self.episodes)
        ]
        return {
            "singers": drawn[0].shape[1],
            "of": len(episodes.pairs),
            "alone": episodes.alone,
            "ways": {
                way: self._figures(*(tracks[n] for n in names), drawn, distance)
                for way, names in ways.items()
            },
        }

    def _figures(self, queries, candidates, drawn, distance):
        """Over the episodes."""
        compare = _nearness if distance else np.inner
        measured = [
            evaluate(compare(queries[one], candidates[other]).round(PLACES))
            for one, other in drawn
        ]
        return {
            name: spread([100 * own[name] for own in measured])
            for name in measured[0]
        }


def track_embeddings(embeddings, rows, distance=False):
    """The mean over the clips of each track, of length 1.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    rows : list of dict
        Rows of a manifest, with the column `recording`.
    distance : bool
        Whether lengths count, so that they stay as they are.

    Returns
    -------
    tracks : np.ndarray
        [tracks, dim], float64, in the order in which they first come.

    Example
    -------
    >>> rows = [{"singer": "a", "recording": "x"}] * 2
    >>> track_embeddings(torch.tensor([[3.0, 0.0], [3.0, 8.0]]), rows).tolist()
    [[0.6, 0.8]]
    """
    track = torch.from_numpy(Tracks.of(rows).track).long()
    counts = track.bincount()
    sums = torch.zeros(len(counts), embeddings.shape[1]).double()
    # All at once in double precision would be three times the embeddings
    blocks = embeddings.split(BLOCK), track.split(BLOCK)
    for clips, own in zip(*blocks, strict=True):
        sums.index_add_(0, own, clips.double())
    means = sums / counts[:, None]
    return (means if distance else F.normalize(means, dim=1)).numpy()


def _nearness(queries, candidates):
    """Minus squared distances, over their mean: [queries, candidates]."""
    differences = queries[:, None] - candidates
    squares = np.square(differences).sum(axis=2)
    return -squares / max(squares.mean(), 1e-300)
