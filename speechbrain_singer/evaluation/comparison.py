"""A comparison of encoders: each measured once on each corpus, and kept."""

from dataclasses import asdict, dataclass
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.distributed import is_main, on_main
from speechbrain_singer.evaluation.cache import (
    cached_embeddings,
    embeddings_key,
)
from speechbrain_singer.evaluation.cells import (
    cell_file,
    cell_key,
    file_name,
    read_cell,
    write_cell,
)
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.encoders import (
    by_distance,
    load_encoder,
    own_back_end,
)
from speechbrain_singer.evaluation.measured_corpus import MeasuredCorpus
from speechbrain_singer.evaluation.scored_trials import (
    ScoredTrials,
    check_replicates,
)
from speechbrain_singer.scoring import fitted_back_end

logger = get_logger(__name__)


@dataclass(frozen=True)
class ComparedCorpus:
    """A corpus, and what encoders are measured on of it.

    Arguments
    ---------
    corpus, data_folder, corpus_options
        As `Corpus` takes them.
    part, clip_seconds
        As `MeasuredCorpus` takes them.
    valid_singers, test_singers, seed
        As `Split` takes them; the seed is that of the folds, too.
    folds : int
        Of identification, which is left out with 0.
    group_by : str
        What stays on one side of the folds.
    """

    corpus: str
    data_folder: str
    corpus_options: dict
    part: str
    clip_seconds: float
    valid_singers: float
    test_singers: float
    seed: int
    folds: int
    group_by: str

    def __post_init__(self):
        # What they refuse is refused before anything is measured
        self.recordings(""), self.validation

    def recordings(self, manifest_folder):
        """The `MeasuredCorpus`, its manifests in a folder."""
        split = Split(self.valid_singers, self.test_singers, self.seed)
        corpus = Corpus(
            *(self.corpus, self.data_folder, manifest_folder),
            *(self.corpus_options, split),
        )
        return MeasuredCorpus(corpus, self.part, self.clip_seconds)

    @property
    def validation(self):
        """The `CrossValidation` of the linear probe, None without folds."""
        if not self.folds:
            return None
        folds = Folds(self.folds, self.group_by, seed=self.seed)
        return CrossValidation(folds, ["linear"])


@dataclass(frozen=True)
class Comparison:
    """Encoders that are measured on corpora, under several conditions.

    Arguments
    ---------
    corpora : dict of str to ComparedCorpus
    encoders : dict of str to (str or object)
        As `load_encoder` takes them.
    conditions : dict of str to TrialPlan
        Trials; left out where a corpus lacks a column.
    replicates : int
        Of the bootstrap over singers.
    output_folder : str or Path
        In `cells` stands what was measured, in `manifests` what on.
    cache_folder : str or Path
        Of the embeddings.
    """

    corpora: dict
    encoders: dict
    conditions: dict
    replicates: int
    output_folder: str
    cache_folder: str

    def __post_init__(self):
        check_replicates(self.replicates)

    def measure(self, corpus, encoder, run_opts=None):
        """The figures of an encoder on a corpus, measured now or before.

        To be called by all processes.

        Arguments
        ---------
        corpus, encoder : str
            Names in `corpora` and `encoders`.
        run_opts : dict, optional
            SpeechBrain's.

        Returns
        -------
        cell : dict
            `conditions`, with the figures of each that the corpus allows, and
            `accuracy` in percent of identification, if it allows folds.
            `failure`, the reason, where the encoder cannot be loaded or the
            corpus not be read.
        """
        try:
            return self._measured(corpus, encoder, run_opts or {})
        # Whatever one encoder does, the others are measured
        except Exception as error:
            logger.error("%s on %s: %r", encoder, corpus, error)
            failure = f"{type(error).__name__}: {error}"
            return {"conditions": {}, "failure": failure}

    def _measured(self, corpus, encoder, run_opts):
        compared, folder = self.corpora[corpus], Path(self.output_folder)
        file = cell_file(folder, f"{corpus}-{encoder}")
        manifests = folder / "manifests" / file_name(corpus)
        rows = compared.recordings(manifests).rows()
        encoder = load_encoder(self.encoders[encoder], run_opts)
        known_by = embeddings_key(encoder, rows)
        key = known_by and self._key(known_by, compared.validation)
        cell = on_main(read_cell, file, key)
        if cell is not None:
            return cell
        progressbar = not run_opts.get("noprogressbar", False)
        cache = known_by and self.cache_folder
        embeddings, rows = cached_embeddings(
            encoder, rows, cache, progressbar, known_by
        )
        if not is_main():
            return {"conditions": {}}
        cell = {"conditions": self._verify(encoder, embeddings, rows)}
        if compared.validation:
            try:
                validated = compared.validation.run(
                    embeddings, rows, progressbar
                )
                accuracy = validated.predictions["linear"].accuracy()
                cell["accuracy"] = accuracy["mean"]
            except FoldsError as error:
                logger.warning("%s: no identification: %s", corpus, error)
        write_cell(file, cell, key)
        return cell

    def _key(self, embeddings, validation):
        """Another if the embeddings are, or what is done with them."""
        plans = {name: asdict(plan) for name, plan in self.conditions.items()}
        folds = validation and asdict(validation)
        return cell_key(embeddings, plans, self.replicates, folds)

    def _verify(self, encoder, embeddings, rows):
        """Figures by condition, by the encoder's own score."""
        figures, back_end = {}, fitted_back_end(own_back_end(encoder))
        for name, plan in self.conditions.items():
            lacking = {*plan.same, *plan.different} - set(rows[0])
            if lacking:
                logger.warning("%s: not without %s", name, lacking)
                continue
            try:
                trials = plan.make(rows)
            except ValueError as error:
                logger.warning("%s is left out: %s", name, error)
                continue
            scores = back_end.score(embeddings, trials)
            scored = ScoredTrials(
                *(embeddings, rows, trials, scores), by_distance(encoder)
            )
            figures[name] = scored.figures(self.replicates)
        return figures
