"""Folders of encoders: weights, hyperparameters and calibration."""

import io
import re

import torch

from fuzzing.damage import damaged
from fuzzing.findings import Finding, ask
from fuzzing.target import Case, Target, judge
from fuzzing.targets.encoder_texts import (
    ARGUABLE,
    BAD_CALIBRATIONS,
    FOREIGN,
    HARMLESS,
    IMPOSSIBLE,
    PRETRAINER,
)
from fuzzing.tiny_encoder import export_tiny
from speechbrain_singer.inference.encoder import SingerEncoder

HPARAMS, CALIBRATION = "hyperparams.yaml", "calibration.yaml"


class EncoderFolders(Target):
    """A folder loads as what was exported, or not at all."""

    name = "encoder folders"
    share = 10

    def prepare(self):
        self.whole, self.other = (
            _read(export_tiny(self.folder / f"exported{seed}", seed))
            for seed in (0, 1)
        )
        names = set(self.whole) - {HPARAMS, CALIBRATION}
        (self.weights,) = names
        generator = torch.Generator().manual_seed(0)
        self.audio = 0.1 * torch.randn(20000, generator=generator)
        self.expected = _load(self.folder / "exported0", self.audio)[0]

    def draw(self, rng):
        draw = rng.choice(
            (
                *(_harmless, _weights, _weights, _parameters, _hparams),
                *(_impossible, _arguable, _foreign, _calibration, _missing),
            )
        )
        what, changed, right, truth = draw(self, rng)
        files = self.whole | changed
        files = {f"e/{n}": data for n, data in files.items() if data != ""}
        return Case(what, files, right, truth)

    def attempt(self, case):
        folder = self.inputs / "e"
        answer = ask(_load, folder, self.audio, names=[str(folder)])
        word = judge(case, answer)
        if case.what.startswith("foreign"):
            if "trust_remote_code" not in str(answer.refusal):
                raise Finding(
                    "unnamed", "no remedy", f"{answer.refusal!r}"[:160]
                )
        if answer.refusal is None:
            self._check(case, *answer.value)
        return word

    def _check(self, case, embedding, threshold):
        if not embedding.isfinite().all() or not -1e9 < threshold < 1e9:
            raise Finding(
                "accepted", f"{case.what}: not finite", f"threshold {threshold}"
            )
        if case.truth and not (
            torch.allclose(embedding, self.expected, atol=1e-5)
            and threshold == 0.5
        ):
            raise Finding("wrong", case.what, f"{embedding} {threshold}")


def _read(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _load(folder, audio):
    encoder = SingerEncoder.from_hparams(folder, run_opts={"device": "cpu"})
    threshold = 0 if encoder.threshold is None else encoder.threshold
    try:
        return encoder.encode_waveform(audio, 44100), threshold
    except ValueError as error:  # this audio, with such settings
        raise ValueError(f"{folder}: {error}") from error


def _harmless(target, rng):
    hparams = target.whole[HPARAMS]
    way = rng.randrange(4)
    if way == 0:
        return "whole", {}, True, True
    if way == 1:
        name = rng.choice(list(HARMLESS))
        return f"beside it {name}", {name: HARMLESS[name]}, True, True
    if way == 2:
        changed = b"# More to say\n" + hparams.replace(b"\n", b"\r\n")
        return "a comment, CRLF", {HPARAMS: changed}, True, True
    return "no calibration", {CALIBRATION: ""}, True, False


def _weights(target, rng):
    """Any other byte is damage."""
    whole = target.whole[target.weights]
    what, data = damaged(whole, rng)
    if data == whole:
        return "whole", {}, True, True
    return f"weights: {what}", {target.weights: data}, False, None


def _parameters(target, rng):
    """A well-formed file of parameters that are not the encoder's."""
    way = rng.choice(("nan", "inf", "another's", "one less", "shape", "type"))
    if way == "another's":
        data = target.other[target.weights]
        return f"parameters: {way}", {target.weights: data}, False, None
    parameters = _parse(target.whole[target.weights], target.weights)
    name = rng.choice([n for n, v in parameters.items() if v.dim() > 0])
    value = parameters[name]
    if way in ("nan", "inf"):
        value.view(-1)[0] = float(way)
    elif way == "one less":
        del parameters[name]
    elif way == "shape":
        parameters[name] = value.flatten()[:-1].clone()
    else:
        parameters[name] = value.to(torch.int64)
    data = _serialise(parameters, target.weights)
    return f"parameters: {way}", {target.weights: data}, False, None


def _parse(data, name):
    if name.endswith(".safetensors"):
        from safetensors.torch import load

        return load(data)
    return torch.load(io.BytesIO(data), weights_only=True)


def _serialise(parameters, name):
    if name.endswith(".safetensors"):
        from safetensors.torch import save

        return save(parameters)
    file = io.BytesIO()
    torch.save(parameters, file)
    return file.getvalue()


def _hparams(target, rng):
    if rng.random() < 0.1:
        levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        levels += [
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]"
            for n in range(1, 10)
        ]
        data = target.whole[HPARAMS] + "\n".join([*levels, ""]).encode()
        return "hparams: a bomb", {HPARAMS: data}, None, None
    what, data = damaged(target.whole[HPARAMS], rng)
    return f"hparams: {what}", {HPARAMS: data}, None, None


def _with_value(target, rng, table):
    key, values = rng.choice(table)
    value = rng.choice(values)
    text = target.whole[HPARAMS].decode()
    pattern = rf"(\b{key}: )[^\n]*"
    return f"{key}: {value}", re.sub(pattern, rf"\g<1>{value}", text).encode()


def _impossible(target, rng):
    what, data = _with_value(target, rng, IMPOSSIBLE)
    return what, {HPARAMS: data}, False, None


def _arguable(target, rng):
    what, data = _with_value(target, rng, ARGUABLE)
    return what, {HPARAMS: data}, None, None


def _foreign(target, rng):
    """Code of others, as a key of its own or in a part's place."""
    value = rng.choice(FOREIGN)
    text = target.whole[HPARAMS].decode()
    key = rng.choice(("extra", "name", "top_db", "window_seconds"))
    if key == "extra":
        text += f"extra: {value}\n"
    else:
        text = re.sub(
            rf"^( *{key}: )[^\n]*", lambda m: m[1] + value, text, flags=re.M
        )
    # As others write it; with a digest it would be one of ours, changed
    text = re.sub(r"^sha256: .*\n", PRETRAINER, text, flags=re.M)
    files = {HPARAMS: text.encode(), CALIBRATION: ""}
    return f"foreign: {key}", files, False, None


def _calibration(target, rng):
    if rng.random() < 0.5:
        text = rng.choice(BAD_CALIBRATIONS)
        what = f"calibration: {text[:30]!r}"
        return what, {CALIBRATION: text.encode() or b"\n"}, False, None
    what, data = damaged(target.whole[CALIBRATION], rng)
    return f"calibration: {what}", {CALIBRATION: data}, None, None


def _missing(target, rng):
    name = rng.choice((HPARAMS, target.weights))
    if rng.random() < 0.5:
        return f"no {name}", {name: ""}, False, None
    return f"{name} is a folder", {name: None}, False, None
