"""From the best network of a stage to a transcriber, and its figures."""

from dataclasses import dataclass, field
from pathlib import Path

from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.evaluation.transcription import (
    Transcription,
    transcription_report,
)
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.transcriber import SingingTranscriber
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.metrics.notes import RULES
from speechbrain_singer.reports.transcription import write_transcription
from speechbrain_singer.training.stages import has_lowest_loss

logger = get_logger(__name__)


@dataclass
class NotesHandOver:
    """Exports the best network of each stage, and measures it on whole songs.

    Each stage has a folder `transcriber/`, which
    `SingingTranscriber.from_hparams` loads: what is measured is what is used.
    The one with the lowest validation loss is exported into the folder of the
    run, too.

    Arguments
    ---------
    folder : str or Path
        Of the run.
    window_seconds : float
        Of the chunks in training.
    parts : dict of str to SungPart
        Their `valid` and `test` are measured.
    """

    folder: Path
    window_seconds: float
    parts: dict
    _stages: dict = field(default_factory=dict, init=False)
    _histories: dict = field(default_factory=dict, init=False)
    _exported: str = field(default=None, init=False)  # the name of a stage
    _test: Transcription = field(default=None, init=False)  # by that one

    def measure(self, brain, name):
        """Loads the best weights of a stage that has ended; all processes.

        Arguments
        ---------
        brain : NotesBrain
            After `fit`.
        name : str
            Of the stage.
        """
        epochs = brain.epoch_counter.current  # before it is set back
        best = brain.recover_best()
        trained = {
            "epochs": epochs,
            "best_epoch": best.get("epoch"),
            "loss": best.get("loss"),
        }
        self._measure(brain, name, trained)

    @main_process_only
    def _measure(self, brain, name, trained):
        encoder = WaveformEncoder(
            brain.module("features"), brain.module("encoder")
        )
        is_best = has_lowest_loss(trained, self._stages.values())
        folders = [brain.log.folder, *([self.folder] if is_best else [])]
        for folder in folders:
            export_encoder(
                *(Path(folder, "transcriber"), encoder, self.window_seconds),
                head=brain.module("head"),
            )
        transcriber = SingingTranscriber.from_hparams(
            Path(brain.log.folder, "transcriber"),
            run_opts={"device": str(brain.device)},
        )
        reports = {
            part: transcription_report(
                *(transcriber, self.parts[part].rows, self.parts[part].notes),
                progressbar=not brain.noprogressbar,
            )
            for part in ("valid", "test")
        }
        if is_best:
            self._exported, self._test = name, reports["test"]
        self._histories[name] = brain.log.history
        layers = getattr(encoder.encoder, "layer_weights", None)
        if layers is not None:
            trained["layer_weights"] = layers.weights()
        figures = {part: report.figures for part, report in reports.items()}
        self._stages[name] = trained | figures
        logger.info(
            "stage %s: F1 on test songs: %s",
            *(name, _percent(figures["test"])),
        )

    @main_process_only
    def write(self, results, further):
        """Writes what `write_transcription` does, of the exported stage.

        Arguments
        ---------
        results : Results
        further : dict
            What stands in `metrics.json` before the stages.
        """
        notes = self.parts["test"].notes
        figures = {
            **further,
            "recordings": {n: len(p.rows) for n, p in self.parts.items()},
            "exported": self._exported,
            "stages": self._stages,
        }
        write_transcription(
            results, figures, self._test, notes, self._histories
        )


def _percent(figures):
    return ", ".join(f"{r} {100 * figures[f'{r}_f1']:.1f} %" for r in RULES)
