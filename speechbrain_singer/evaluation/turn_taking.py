"""How well singers who take turns are told apart, in mixtures made for it."""

from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from speechbrain_singer.metrics import diarisation
from speechbrain_singer.segments.segmenter import Heard, Segmenter

COUNTS = "number of singers given", "number of singers unknown"
_PENALTIES = np.geomspace(1e-3, 1e2, 251)  # that are tried
_REPLICATES = 1000


class Trial(NamedTuple):
    """A mixture, and what was heard in it.

    Arguments
    ---------
    singers : int
        How many sing.
    reference : list of Turn
    heard : Heard
        With a division for each number of singers from 1.
    """

    singers: int
    reference: list
    heard: Heard

    def found(self, penalty=None):
        """The turns, of as many singers as sing, or as the penalty finds."""
        heard = self.heard
        if penalty is None:
            return heard.turns(heard.divisions[self.singers - 1])
        return heard.turns(heard.chosen(penalty))


def listen_to_mixtures(
    encoder, rows, mixtures, singers, count, progressbar=True
):
    """Draws mixtures and listens to them.

    Arguments
    ---------
    encoder : object
        As `Segmenter` takes it.
    rows : list of dict
        Of a manifest.
    mixtures : TurnMixtures
    singers : sequence of int
        Numbers of singers in a mixture.
    count : int
        Mixtures for each of them.
    progressbar : bool

    Returns
    -------
    trials : list of Trial

    Raises
    ------
    ValueError
        If the manifest has too few singers, or as `Segmenter` does.
    """
    # All divisions are kept, so that a penalty can be set later
    segmenter = Segmenter(encoder, penalty=0.0)
    planned = [(each, n) for each in singers for n in range(count)]
    options = {"unit": "mixture", "disable": not progressbar}
    trials = []
    for each, number in tqdm(planned, "Listening", **options):
        mixture = mixtures.draw(rows, each, number)
        heard = segmenter.listen_to(mixture.waveform, mixtures.sample_rate)
        trials.append(Trial(each, mixture.turns, heard))
    return trials


def best_penalty(trials):
    """The penalty by which the number of singers is right most often.

    Arguments
    ---------
    trials : list of Trial

    Returns
    -------
    penalty : float
        Of two digits, in the middle of those by which 5 % more are wrong at
        most: the very best one is a matter of chance.
    share_right : float
        0 to 1, by that one.
    """
    right = np.array([_share_right(trials, each) for each in _PENALTIES])
    good = _PENALTIES[right >= right.max() - 0.05]
    penalty = float(f"{np.sqrt(good.min() * good.max()):.2g}")
    return penalty, _share_right(trials, penalty)


def _share_right(trials, penalty):
    """Of how many trials the number of singers is right."""
    found = [own.heard.chosen(penalty).singers for own in trials]
    return float(np.mean([own.singers for own in trials] == np.array(found)))


def measure(trials, penalty, seed=0):
    """Figures of each number of singers, if it is given and if it is not.

    Arguments
    ---------
    trials : list of Trial
    penalty : float
    seed : int
        Of the bootstrap over mixtures.

    Returns
    -------
    report : dict
        By number of singers and by `COUNTS`: DER, missed, false_alarm,
        confusion, boundary_precision, boundary_recall, boundary_f1 and
        right_number, in percent, means over mixtures; and of each
        `<figure>_interval`, of 95 %.
    """
    report = {}
    for singers in sorted({trial.singers for trial in trials}):
        own = [trial for trial in trials if trial.singers == singers]
        report[str(singers)] = {"mixtures": len(own)} | {
            name: _means([_figures(trial, given) for trial in own], seed)
            for name, given in zip(COUNTS, (None, penalty), strict=True)
        }
    return report


def _figures(trial, penalty):
    figures = diarisation.evaluate(trial.found(penalty), trial.reference)
    figures["right_number"] = figures.pop("singers") == trial.singers
    return {name: 100.0 * value for name, value in figures.items()}


def _means(figures, seed):
    """Mean of each figure over mixtures, and its interval."""
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(figures), size=(_REPLICATES, len(figures)))
    means = {}
    for name in figures[0]:
        values = np.array([own[name] for own in figures])
        interval = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
        means[name] = float(values.mean())
        means[f"{name}_interval"] = interval.tolist()
    return means
