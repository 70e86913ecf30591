import numpy as np
import pytest
import soundfile
from speechbrain.augment.time_domain import DoClip

from speechbrain_singer.augment.background import Background
from speechbrain_singer.augment.band_limit import BandLimit
from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.clipping import Clipping
from speechbrain_singer.augment.coloured_noise import ColouredNoise
from speechbrain_singer.augment.equaliser import Equaliser
from speechbrain_singer.augment.external import External
from speechbrain_singer.augment.formant_shift import FormantShift
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.mp3 import MP3
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.recorded_reverb import RecordedReverb
from speechbrain_singer.augment.reverb import Reverb
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.augment.time_mask import TimeMask
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.splits import Split


@pytest.fixture
def streams():
    """Makes streams: batch, seed -> Streams, one for each example."""

    def streams(wavs, seed=0):
        first = seed * 1_000_000
        return Streams(range(first, first + len(wavs)))

    return streams


@pytest.fixture(scope="session")
def transforms(tmp_path_factory):
    """Every transform by some name; the background is for 0.2 s."""
    folder = tmp_path_factory.mktemp("music")
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 2 * 44100)
    soundfile.write(folder / "a.wav", noise, 44100)
    soundfile.write(folder / "b.wav", noise[:3000], 44100)
    corpus = Corpus("folder", folder, folder / "save", split=Split(0, 0))
    manifest = corpus.prepare().train
    return {
        "white": GaussianNoise(),
        "gain": Gain(),
        "mask": TimeMask(),
        "pitch": PitchShift(),
        "formants": FormantShift(),
        "noise": ColouredNoise(),
        "equaliser": Equaliser(),
        "band": BandLimit(),
        "telephone": BandLimit(3000.0, 3600.0, 250.0, 350.0),
        "clipping": Clipping(),
        "soft": Clipping(soft=True),
        "room": Reverb(),
        "hall": RecordedReverb([folder / "a.wav", folder / "b.wav"]),
        "mp3": MP3(),
        "background": Background(manifest, 0.2),
        "external": External(DoClip(clip_low=0.1, clip_high=0.5)),
    }


@pytest.fixture
def published():
    """The published chain."""
    return Chain([GaussianNoise(), PitchShift(), Gain(), TimeMask()], 0.5)
