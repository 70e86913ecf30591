"""What voices are heard in: clips of mixtures, and the same of vocals."""

from dataclasses import dataclass

from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_clip_seconds, check_number
from speechbrain_singer.dataio.fixed_clips import clips_of, middle_of
from speechbrain_singer.dataio.other_files import rows_of_column
from speechbrain_singer.dataio.sounding_clips import sounding_clips
from speechbrain_singer.distributed import on_main
from speechbrain_singer.evaluation.measured_corpus import MeasuredCorpus

logger = get_logger(__name__)


@dataclass(frozen=True)
class VoiceClips:
    """Clips of a corpus whose vocals sound, without overlap.

    As in Garoufis, Zlatintsi and Maragos, "CVSM" (2025), where tracks are
    previews of 30 s and clips have 1 s; see `sounding_clips` for what sounds.

    Arguments
    ---------
    recordings : MeasuredCorpus
        Whole ones. Where they have a `mixture`, their `wav` are the vocals.
    clip_seconds : float
    track_seconds : float, optional
        So much of each track is heard, from its middle; all if left out.
    """

    recordings: MeasuredCorpus
    clip_seconds: float = 1.0
    track_seconds: float = None

    def __post_init__(self):
        check_clip_seconds(self.clip_seconds)
        if self.track_seconds is not None:
            check_number(
                "track_seconds", self.track_seconds, least=self.clip_seconds
            )

    def rows(self, progressbar=True):
        """The clips, by what is heard; to be called by all processes.

        Arguments
        ---------
        progressbar : bool

        Returns
        -------
        clips : dict of str to list of dict
            Rows of `mixtures` and of `vocals`, the same clips in both. Of a
            corpus without mixtures `recordings` alone.

        Raises
        ------
        ValueError
            As `MeasuredCorpus.rows`, `sounding_clips` and `rows_of_column` do.
        """
        return on_main(self._cut, self.recordings.rows(), progressbar)

    def _cut(self, rows, progressbar):
        if self.track_seconds is not None:
            rows = middle_of(rows, self.track_seconds)
        clips = sounding_clips(clips_of(rows, self.clip_seconds), progressbar)
        if not any(clip.get("mixture") for clip in clips):
            logger.warning(
                "No recording has a mixture: only the recordings themselves "
                "are heard"
            )
            return {"recordings": clips}
        clips, mixtures = rows_of_column(clips, "mixture")
        return {"mixtures": mixtures, "vocals": clips}
