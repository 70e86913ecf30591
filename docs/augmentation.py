"""Makes docs/augmentation.md and its pictures: python docs/augmentation.py

Each transform is made from the YAML that the page shows, and changes two
copies of a synthesised voice, each by its own draw.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import soundfile
import torch
import yaml
from hyperpyyaml import load_hyperpyyaml

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.reports.augmentation_plot import plot_spectrograms
from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

DOCS = Path(__file__).parent
START, STOP = 2.2, 5.2  # seconds of the song
PACKAGE = "speechbrain_singer.augment"


@dataclass(frozen=True)
class Section:
    """A transform on the page.

    Arguments
    ---------
    name : str
    text : str
        What it does.
    yaml : str
        An entry of a chain's `transforms`, less the package.
    label : str
        Of a draw: a format string over the names of the parameters.
    seed : int
        Of the first copy's draws, and one less than the second's; chosen so
        that the two differ.
    published : bool
        Whether it is in the published chain.
    changes_voice : bool
    on_host : bool
        Whether it reads files or calls a codec, for which a GPU waits.
    """

    name: str
    text: str
    yaml: str
    label: str
    seed: int
    published: bool = False
    changes_voice: bool = False
    on_host: bool = False

    @property
    def block(self):
        """The YAML as it can be pasted."""
        return f"- !new:{PACKAGE}.{self.yaml.strip()}\n"

    @property
    def stem(self):
        """Of the picture's file."""
        return self.name.lower().replace(" ", "_")

    @property
    def anchor(self):
        """Of the heading, as GitHub names it."""
        return self.name.lower().replace(" ", "-")


SECTIONS = [
    Section(
        "Gaussian noise",
        "Adds white noise of a standard deviation, where full scale is 1.",
        """noise.GaussianNoise
    min_amplitude: 0.001
    max_amplitude: 0.05""",
        "amplitude {amplitude:.3f}",
        seed=3805,
        published=True,
    ),
    Section(
        "Pitch shift",
        "Moves the pitch by `ratio` and its range around the median by "
        "`range_ratio`: on this axis the harmonics move up or down together, "
        "and the formants, where they are strong, stay. What is not voiced "
        "stays too.",
        """pitch_shift.PitchShift
    max_ratio: 1.3
    max_range_ratio: 1.5
    sample_rate: !ref <sample_rate>""",
        "ratio {ratio:.2f}, range ratio {range_ratio:.2f}",
        seed=3299,
        published=True,
    ),
    Section(
        "Gain",
        "Changes the level.",
        """gain.Gain
    min_db: -6.0
    max_db: 0.0""",
        "{gain_db:.1f} dB",
        seed=634,
        published=True,
    ),
    Section(
        "Time mask",
        "Silences a stretch, up to a share of the clip.",
        """time_mask.TimeMask
    max_share: 0.125""",
        "{length:.1%} of the clip, from {start:.0%} on",
        seed=2135,
        published=True,
    ),
    Section(
        "Formant shift",
        "**Changes the voice.** The formants move by `ratio` and the pitch "
        "stays, as of a vocal tract shorter by the ratio: another singer to "
        "most ears. It is for negatives and what-if questions, not for two "
        "views of one singer.",
        """formant_shift.FormantShift
    min_ratio: 1.1
    max_ratio: 1.3
    sample_rate: !ref <sample_rate>""",
        "ratio {ratio:.2f}",
        seed=3015,
        changes_voice=True,
    ),
    Section(
        "Coloured noise",
        "Adds noise with a power spectrum of 1 / f^exponent, white to brown, "
        "at a signal-to-noise ratio.",
        """coloured_noise.ColouredNoise
    min_snr_db: 5.0
    max_snr_db: 40.0
    min_exponent: 0.0
    max_exponent: 2.0
    sample_rate: !ref <sample_rate>""",
        "SNR {snr_db:.0f} dB, 1 / f^{exponent:.1f}",
        seed=1599,
    ),
    Section(
        "Equaliser",
        "A low shelf, peaking bands and a high shelf, all of them drawn.",
        """equaliser.Equaliser
    peaks: 2
    min_gain_db: -6.0
    max_gain_db: 6.0
    sample_rate: !ref <sample_rate>""",
        "{gain_db[0]:+.0f}, {gain_db[1]:+.0f}, {gain_db[2]:+.0f}, "
        "{gain_db[3]:+.0f} dB\nat {centre_hz[0]:.0f}, {centre_hz[1]:.0f}, "
        "{centre_hz[2]:.0f}, {centre_hz[3]:.0f} Hz",
        seed=3258,
    ),
    Section(
        "Band limit",
        "Removes what lies above a cut-off.",
        """band_limit.BandLimit
    min_high_hz: 3400.0
    max_high_hz: 20000.0
    sample_rate: !ref <sample_rate>""",
        "to {high_hz:.0f} Hz",
        seed=2559,
    ),
    Section(
        "Telephone",
        "The same with a lower cut-off: what a telephone passes.",
        """band_limit.BandLimit
    min_high_hz: 3000.0
    max_high_hz: 4000.0
    min_low_hz: 250.0
    max_low_hz: 400.0
    sample_rate: !ref <sample_rate>""",
        "{low_hz:.0f} to {high_hz:.0f} Hz",
        seed=497,
    ),
    Section(
        "Hard clipping",
        "Limits the clip to a share of its peak.",
        """clipping.Clipping
    min_share: 0.2
    max_share: 0.9""",
        "at {share:.0%} of the peak",
        seed=1236,
    ),
    Section(
        "Soft clipping",
        "Saturates at a share of the peak: limit * tanh(x / limit).",
        """clipping.Clipping
    min_share: 0.2
    max_share: 0.9
    soft: True""",
        "at {share:.0%} of the peak",
        seed=1236,
    ),
    Section(
        "Reverberation",
        "A diffuse room: decaying noise follows the direct sound, at a "
        "direct-to-reverberant ratio (DRR). Nothing is delayed.",
        """reverb.Reverb
    min_rt60: 0.2
    max_rt60: 1.2
    min_drr_db: 0.0
    max_drr_db: 20.0
    sample_rate: !ref <sample_rate>""",
        "RT60 {rt60:.2f} s, above 4 kHz {high_ratio:.2f} of it\n"
        "DRR {drr_db:.0f} dB, pre-delay {pre_delay:.3f} s",
        seed=1044,
    ),
    Section(
        "Recorded reverberation",
        "Impulse responses from files; here two that were synthesised, a "
        "small room and a hall with an echo. `rooms` is a list of their paths.",
        """recorded_reverb.RecordedReverb
    paths: !ref <rooms>
    sample_rate: !ref <sample_rate>""",
        "response {response}",
        seed=2,
    ),
    Section(
        "MP3",
        "Encodes and decodes, at a bit rate. No gradient.",
        """mp3.MP3
    min_kbps: 48.0
    max_kbps: 256.0
    sample_rate: !ref <sample_rate>""",
        "{kbps:.0f} kbit/s",
        seed=2240,
        on_host=True,
    ),
    Section(
        "Background",
        "Adds a stretch of a recording at a signal-to-noise ratio, for voices "
        "in a mix; here chords and drums that were synthesised. `music` is "
        "the path of a manifest, which `corpora.Corpus` writes of a folder.",
        """background.Background
    manifest: !ref <music>
    seconds: !ref <clip_seconds>
    min_snr_db: 0.0
    max_snr_db: 20.0
    sample_rate: !ref <sample_rate>""",
        "SNR {snr_db:.0f} dB",
        seed=244,
        on_host=True,
    ),
]

PUBLISHED = f"""\
augmentation: !new:{PACKAGE}.chain.Chain
    probability: 0.5
    transforms:
        - !new:{PACKAGE}.noise.GaussianNoise
            min_amplitude: 0.001
            max_amplitude: 0.05
        - !new:{PACKAGE}.pitch_shift.PitchShift
            max_ratio: 1.3
            max_range_ratio: 1.5
            sample_rate: !ref <sample_rate>
        - !new:{PACKAGE}.gain.Gain
            min_db: -6.0
            max_db: 0.0
        - !new:{PACKAGE}.time_mask.TimeMask
            max_share: 0.125
"""

SOMETIMES = f"""\
- !new:{PACKAGE}.chain.Sometimes
    probability: 0.2
    transform: !new:{PACKAGE}.reverb.Reverb
        sample_rate: !ref <sample_rate>
"""

VIEWS = f"""\
augmentation: !new:{PACKAGE}.views.Views
    chains:
        - !new:{PACKAGE}.chain.Chain
            probability: 0.5
            transforms:
                - !new:{PACKAGE}.gain.Gain
        - null
"""

SPEECHBRAIN = f"""\
- !new:{PACKAGE}.external.External
    module: !new:speechbrain.augment.time_domain.DropFreq
        drop_freq_count_high: 3
    sample_rate: !ref <sample_rate>
"""

# Not loaded here, as the library is none of our dependencies
TORCH_AUDIOMENTATIONS = f"""\
- !new:{PACKAGE}.external.External
    module: !new:torch_audiomentations.HighPassFilter
        p: 1.0
        output_type: dict
    sample_rate: !ref <sample_rate>
"""

PAGE = """\
# Augmentation

<!-- Made by docs/augmentation.py: change that and run it again. -->

What a singer encoder is trained to overlook, and what each transform does to a
synthesised voice.

Each transform has `draw`, which draws its parameters for a whole batch, and
`apply`, which changes the batch by them. **Each example has its own draw**, a
function of its own seed: the same seed gives the same view, alone or in any
batch.

```python
import torch
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.streams import Streams

wavs = 0.1 * torch.randn(8, 4 * 44100)  # [batch, time]
shift = PitchShift(max_ratio=1.3)
parameters = shift.draw(wavs, Streams(range(8)))  # {{"ratio": [batch, 1], ...}}
shifted = shift.apply(wavs, parameters)  # [batch, time]
```

{index}

"Published": in the chain below. "On the host": it reads files or calls a codec,
for which a GPU waits. The others run on the batch's device. An `External` does
what the module within it does.

## Chains

A `Chain` applies transforms in order, each to each example with a probability;
in evaluation it is the identity. This is the published chain (Torres, Lattner
and Richard, ISMIR 2023), to be pasted over `augmentation` in any
`hparams/*.yaml`; the chain there is the same, with less noise until
`--noise_min 0.001 --noise_max 0.05` is given:

{published}

With it, delete `noise_min`, `noise_max` and `pitch_shift_probability` from the
file: they have nothing to act on any more, and a key that nothing uses is an
error. Or keep what refers to them.

A `Sometimes` in the list has its own probability:

{sometimes}

In place of one chain for both views of a pair, `Views` has one for each; `null`
leaves a view as it is. What the other views get changes nothing of a view:

{views}

## Labels that follow

A pitch shift moves notes, and a time mask hides them. Where labels must follow,
draw and apply in two steps, in place of `wavs = augmentation(wavs, streams)`:

```python
import torch
from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.streams import Streams

wavs = 0.1 * torch.randn(8, 44100)
hertz = torch.full((8, 100), 220.0)  # a label: F0 of 100 frames
augmentation = Chain([PitchShift(max_ratio=1.3, max_range_ratio=1.0)])

drawn = augmentation.draw(wavs, Streams(range(8)))
wavs = drawn.apply(wavs)
for step in drawn.steps:
    if isinstance(step.transform, PitchShift):
        hertz[step.rows] *= step.parameters["ratio"]
```

`step.rows` are the examples that get the transform, and `step.parameters` what
was drawn for them. With `max_range_ratio` above 1, F0 moves as the docstring of
`PitchShift` has it, around the clip's median.

## Transforms of other libraries

Those of `speechbrain.augment` and of torch-audiomentations stand within an
`External`, which calls them on one example after the other, each with its own
seed. They must keep the shape, and should do their work each time: the chain
draws who gets it. On a GPU the module may wait for the device. Not for modules
that mix examples, as SpeechBrain's `CutCat`, nor for those that keep something
from call to call, as its `FastDropChunk`, or its `AddNoise` and `AddReverb`
with files: for those there are [Background](#background) and
[Recorded reverberation](#recorded-reverberation).

{speechbrain}

{torch_audiomentations}

## The transforms

Left the voice, then two copies of it as they leave one batch, over each picture
what was drawn. Time and frequency, which is logarithmic, and the scale of the
colours are the same before and after. Below stands the YAML that did it, an
entry of `transforms`.

{sections}
"""


def main():
    """Makes the page."""
    torch.set_num_threads(1)
    folder = DOCS / "augmentation"
    folder.mkdir(exist_ok=True)
    wavs = sing().repeat(2, 1)
    with tempfile.TemporaryDirectory() as temporary:
        settings = write_recordings(Path(temporary))
        transforms = [load(section.block, settings) for section in SECTIONS]
        for section, transform in zip(SECTIONS, transforms, strict=True):
            draw_picture(section, transform, wavs, folder)
        load(SOMETIMES, settings)
        load(SPEECHBRAIN, settings)
        load_hyperpyyaml(settings + PUBLISHED)
        load_hyperpyyaml(VIEWS)
    write_page()


def write_page():
    """All but the pictures."""
    page = PAGE.format(
        index=index(),
        published=fenced(PUBLISHED),
        sometimes=fenced(SOMETIMES),
        views=fenced(VIEWS),
        speechbrain=fenced(SPEECHBRAIN),
        torch_audiomentations=fenced(TORCH_AUDIOMENTATIONS),
        sections="\n\n".join(map(describe, SECTIONS)),
    )
    (DOCS / "augmentation.md").write_text(page, encoding="utf-8")


def sing():
    """Some notes with a pause between them, [1, time]."""
    take = Take(draw_singer(3, 4), draw_song(3, 11, 7), draw_recording(3, 11))
    return synthesise([take], STOP)[:, int(START * SAMPLE_RATE) :]


def write_recordings(folder):
    """Music and rooms; returns the settings that name them, as YAML."""
    generator = np.random.default_rng(0)
    (folder / "music").mkdir()
    soundfile.write(folder / "music/band.wav", play(generator), SAMPLE_RATE)
    manifests = Corpus(
        "folder", folder / "music", folder / "save", split=Split(0, 0)
    ).prepare()
    rooms = {"room.wav": (0.3, 0.01), "hall.wav": (1.5, 0.12)}
    for name, (rt60, echo) in rooms.items():
        response = build_room(generator, rt60, echo)
        soundfile.write(folder / name, response, SAMPLE_RATE)
    settings = {
        "sample_rate": SAMPLE_RATE,
        "clip_seconds": STOP - START,
        "music": str(manifests.train),
        "rooms": [str(folder / name) for name in rooms],
    }
    return yaml.safe_dump(settings)


def play(generator, beats=16, seconds=0.5):
    """Chords of plucked strings, and a drum on every beat, [time]."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    chords = [(48, 60, 64, 67), (45, 57, 60, 64), (41, 57, 60, 65)]
    music = []
    for beat in range(beats):
        drum = generator.standard_normal(len(time)) * np.exp(-time / 0.03)
        hertz = 440 * 2 ** ((np.array(chords[beat // 2 % 3]) - 69) / 12)
        partials = np.outer(hertz, np.arange(1, 9)).reshape(-1, 1)
        strings = np.sin(2 * np.pi * partials * time) / (partials / 100)
        strings = strings.sum(axis=0) * np.exp(-time / 0.3)
        music.append(strings + 0.5 * drum)
    music = np.concatenate(music)
    return 0.5 * music / np.abs(music).max()


def build_room(generator, rt60, echo):
    """An impulse response that falls by 60 dB in `rt60` s, [time]."""
    time = np.arange(int(rt60 * SAMPLE_RATE)) / SAMPLE_RATE
    response = generator.standard_normal(len(time)) * 10 ** (-3 * time / rt60)
    response *= 0.02
    response[int(echo * SAMPLE_RATE)] += 0.5
    response[0] = 0.9
    return response


def load(block, settings):
    """The one transform of a list in YAML."""
    return load_hyperpyyaml(f"{settings}transforms:\n{block}")["transforms"][0]


def draw_picture(section, transform, wavs, folder):
    """The voice, and what becomes of its copies in one batch."""
    streams = Streams([section.seed, section.seed + 1])
    parameters = transform.draw(wavs, streams)
    changed = transform.apply(wavs, parameters)
    titles = ["before"]
    for example in range(len(wavs)):
        drawn = {
            name: draws[example].squeeze().numpy()[()]
            for name, draws in parameters.items()
        }
        titles.append(section.label.format(**drawn))
    print(section.name, titles[1:])
    clips = torch.cat([wavs[:1], changed])
    plot_spectrograms(clips, titles, folder / f"{section.stem}.png")


def index():
    """A table of all transforms."""
    lines = [
        "| transform | published | changes the voice | on the host |",
        "|---|---|---|---|",
    ]
    for section in SECTIONS:
        marks = (section.published, section.changes_voice, section.on_host)
        cells = [f"[{section.name}](#{section.anchor})"]
        cells += ["yes" if mark else "" for mark in marks]
        lines.append(f"| {' | '.join(cells)} |")
    lines.append(
        "| [External](#transforms-of-other-libraries) |  | perhaps | perhaps |"
    )
    return "\n".join(lines)


def describe(section):
    """A section of the page."""
    picture = f"![{section.name}](augmentation/{section.stem}.png)"
    parts = [f"### {section.name}", section.text, picture]
    return "\n\n".join([*parts, fenced(section.block)])


def fenced(block):
    """As code."""
    return f"```yaml\n{block}```"


if __name__ == "__main__":
    main()
