"""Encoders that are asked whose voice it is: each once, and kept."""

from dataclasses import asdict, dataclass

from speechbrain.utils.logger import get_logger

from speechbrain_singer.distributed import is_main, on_main
from speechbrain_singer.evaluation.cache import embeddings_key
from speechbrain_singer.evaluation.cells import (
    cell_file,
    cell_key,
    read_cell,
    write_cell,
)
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.evaluation.voices import VoiceProtocol, hear

logger = get_logger(__name__)


@dataclass(frozen=True)
class VoiceComparison:
    """Measures encoders on the same clips.

    Arguments
    ---------
    protocol : VoiceProtocol
    clips : dict of str to list of dict
        As `VoiceClips.rows` returns them.
    output_folder : str or Path
        In `cells` stands what was measured.
    cache_folder : str or Path
        Of the embeddings.
    """

    protocol: VoiceProtocol
    clips: dict
    output_folder: str
    cache_folder: str

    def measure(self, name, encoder, run_opts=None):
        """The report of an encoder, measured now or before.

        To be called by all processes.

        Arguments
        ---------
        name : str
        encoder : str or Path or object
            As `load_encoder` takes it.
        run_opts : dict, optional
            SpeechBrain's.

        Returns
        -------
        report : dict
            As `VoiceProtocol.run` returns it; `failure`, the reason, where the
            encoder cannot be loaded or cannot hear. Empty but on the main
            process.
        """
        try:
            return self._measured(name, encoder, run_opts or {})
        # Whatever one encoder does, the others are measured
        except Exception as error:
            logger.error("%s: %r", name, error)
            return {"failure": f"{type(error).__name__}: {error}"}

    def _measured(self, name, encoder, run_opts):
        file = cell_file(self.output_folder, name)
        encoder = load_encoder(encoder, run_opts)
        keys = {
            way: embeddings_key(encoder, rows)
            for way, rows in self.clips.items()
        }
        can_be_told = all(keys.values())
        key = self._key(keys) if can_be_told else None
        report = on_main(read_cell, file, key)
        if report is not None:
            return report
        progressbar = not run_opts.get("noprogressbar", False)
        cache = self.cache_folder if can_be_told else None
        heard = hear(encoder, self.clips, cache, progressbar, keys)
        if not is_main():
            return {}
        report = self.protocol.run(heard, progressbar)
        write_cell(file, report, key)
        return report

    def _key(self, embeddings):
        """Another if embeddings or labels are, or what is asked of them."""
        columns = "ID", "recording", "singer", "song", "sex"
        rows = next(iter(self.clips.values()))
        labels = [[row.get(name, "") for name in columns] for row in rows]
        return cell_key(embeddings, labels, asdict(self.protocol))


def over_runs(reports):
    """One report of several runs, such as of one method with several seeds.

    Arguments
    ---------
    reports : list of dict
        As `VoiceProtocol.run` returns them, one at least.

    Returns
    -------
    report : dict
        With means and spreads over the runs' means; everything else is the
        first one's. What is not in all of them is left out, and so is a
        question that one of them has `left_out`.

    Example
    -------
    >>> one, other = ({"MNR": spread([x, x])} for x in (1.0, 3.0))
    >>> over_runs([one, other])["MNR"]["mean"]
    2.0
    """
    first = reports[0]
    if len(reports) == 1 or not isinstance(first, dict):
        return first
    if "values" in first:
        return spread([report["mean"] for report in reports])
    left_out = [report for report in reports if "left_out" in report]
    if left_out:
        return left_out[0]
    shared = [key for key in first if all(key in own for own in reports)]
    return {key: over_runs([own[key] for own in reports]) for key in shared}
