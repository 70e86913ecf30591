"""Audio files of 13 formats: headers, lengths, chunks and samples."""

import os

import numpy as np
import torch

from fuzzing.findings import Finding, ask
from fuzzing.sounds import make_sounds
from fuzzing.target import Case, Target, judge
from fuzzing.targets import audio_damage, audio_lengths  # noqa: F401, ways
from fuzzing.targets.audio_ways import WAYS
from fuzzing.tiny_encoder import export_tiny
from speechbrain_singer.corpora.probe import probe
from speechbrain_singer.dataio.audio import AudioError, read_audio
from speechbrain_singer.inference.encoder import SingerEncoder

ENCODED = 3  # every so many inputs go through an encoder, too
# What keeps a file from a corpus, though it can be read
REASONS = ("too short", "silent", "rename it", "sample rate")


class AudioFiles(Target):
    """A file is read as it is, by all who read, or refused by name."""

    name = "audio files"
    share = 28

    def prepare(self):
        self.sounds = make_sounds()
        folder = export_tiny(self.folder / "encoder")
        self.encoder = SingerEncoder.from_hparams(
            folder, run_opts={"device": "cpu"}
        )
        wav = self.sounds[0]
        self.good = self.folder / "good.wav"
        self.good.write_bytes(wav.data)
        self.expected = self.encoder.encode_file(self.good)

    def draw(self, rng):
        sound = rng.choice(self.sounds)
        way = rng.choice([way for way in WAYS if way.suits(sound)])
        damage = way(sound, rng)
        name = damage.name or f"a.{sound.ending}"
        what = f"{sound.kind}: {damage.what}"
        truth = (sound, damage.check, rng.randrange(ENCODED) == 0)
        files = {} if damage.data is None else {name: damage.data}
        return Case(
            what, files | {"name": os.fsencode(name)}, damage.right, truth
        )

    def attempt(self, case):
        sound, check, encoded = case.truth
        name = os.fsdecode((self.inputs / "name").read_bytes())
        path = self.inputs / name
        # What is not UTF-8 is written in escapes
        names = [
            str(path),
            str(path).encode(errors="backslashreplace").decode(),
        ]
        answer = ask(read_audio, path, names=names, kinds=AudioError)
        word = judge(case, answer)
        if answer.refusal is None:
            samples, rate = answer.value
            if not np.isfinite(samples).all():
                raise Finding("accepted", f"{case.what}: not finite")
            if check:
                check(sound, samples, rate, case.what)
        self._probe(path, names, answer, case)
        if encoded:
            self._encode(path, names, answer, case)
        return word

    def _probe(self, path, names, answer, case):
        """A corpus takes what can be read, and nothing else."""
        found = ask(probe, str(path), names=names, kinds=AudioError)
        if found.refusal and answer.refusal:
            return
        if found.refusal is None and answer.refusal is not None:
            message = f"though reading says {answer.refusal}"
            raise Finding("accepted", f"probe: {case.what}", message[:160])
        if found.refusal is not None:
            if not any(reason in str(found.refusal) for reason in REASONS):
                message = str(found.refusal)[:160]
                raise Finding("refused", f"probe: {case.what}", message)
        elif found.value["stop"] != len(answer.value[0]):
            message = f"{found.value} for {len(answer.value[0])} samples"
            raise Finding("wrong", f"probe: {case.what}", message)

    def _encode(self, path, names, answer, case):
        """A bad file costs itself only."""
        rows = ask(
            *(self.encoder.encode_files, [self.good, path]),
            names=names,
            progressbar=False,
        )
        if rows.refusal is not None:
            message = repr(rows.refusal)[:160]
            raise Finding("refused", f"encode: {case.what}", message)
        good, row = rows.value
        if not torch.allclose(good, self.expected, atol=1e-5):
            raise Finding("wrong", f"encode: {case.what}", "the neighbour")
        if row.isnan().all():
            if case.right and answer.refusal is None:
                raise Finding("refused", f"encode: {case.what}", "NaN")
        elif answer.refusal is not None:
            message = f"though reading says {answer.refusal}"
            raise Finding("accepted", f"encode: {case.what}", message[:160])
        elif not abs(row.norm() - 1) < 1e-3:
            raise Finding("wrong", f"encode: {case.what}", f"{row}")
