"""Settings: the command line of the real YAMLs, and YAML files of our own."""

import contextlib
import io
import json
from pathlib import Path

import speechbrain_singer
from fuzzing.damage import TEXTS, damaged
from fuzzing.findings import Finding, ask
from fuzzing.target import Case, Target, judge
from fuzzing.targets.settings_texts import NUMBERS, OWN, PART, SINGERS, SLIPS
from speechbrain_singer.settings import load_settings, parse_arguments

REAL = Path(speechbrain_singer.__file__).parents[1] / "hparams"
LOADED = ("verification", "identification")  # the others build networks


class Settings(Target):
    """One reading of a setting, on the command line as in the file."""

    name = "settings"
    share = 12

    def draw(self, rng):
        draw = rng.choice(
            (_number, _text, _singers, _open, _nonsense, _real, _slip, _file)
        )
        what, arguments, texts, right, truth = draw(rng)
        files = {"settings.yaml": OWN, "part.yaml": PART} | texts
        files = {
            name: text if isinstance(text, bytes) else text.encode()
            for name, text in files.items()
        }
        files["arguments.json"] = json.dumps(arguments).encode()
        return Case(what, files, right, truth)

    def attempt(self, case):
        arguments = json.loads((self.inputs / "arguments.json").read_bytes())
        path = REAL / arguments[0]
        if not path.is_file():
            path = self.inputs / arguments[0]
        # An error names the file or, if it is about one, the option
        options = [a.lstrip("-").partition("=")[0] for a in arguments[1:]]
        values = [a.partition("=")[2] or a for a in arguments[1:]]
        names = [str(path), str(self.inputs), "part.yaml", "''"]
        names += filter(None, options + values)
        kinds = (ValueError, OSError, ImportError, TypeError)
        answer = ask(_load, path, arguments[1:], names=names, kinds=kinds)
        if case.truth and answer.refusal is None:
            key, value = case.truth
            found = answer.value[key]
            if isinstance(value, list) and isinstance(found, list):
                # 2024 may be a number until it is asked for a name
                found = list(map(str, found))
            if found != value or type(found) is not type(value):
                message = f"{answer.value[key]!r} for {value!r}"
                raise Finding("wrong", case.what, message[:160])
        return judge(case, answer)


def _load(path, arguments):
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            _, _, overrides = parse_arguments([str(path), *arguments])
    except SystemExit:  # argparse, which says why
        raise ValueError(said.getvalue().rpartition("error:")[2]) from None
    if path.parent != REAL or path.stem in LOADED:
        return _flat(load_settings(path, overrides))
    return _flat(overrides)


def _flat(settings):
    """The keys of the file and of its parts."""
    for part in ("part", "data"):
        if isinstance(settings.get(part), dict):
            settings = settings | settings[part]
    return settings


def _option(key, text, rng):
    return [f"--{key}={text}"] if rng.random() < 0.5 else [f"--{key}", text]


def _number(rng):
    key, text = rng.choice(("lr", "batch_size", "seed")), rng.choice(NUMBERS)
    arguments = ["settings.yaml", *_option(key, text, rng)]
    value = int(text) if text.isdecimal() else float(text)
    return "a number", arguments, {}, True, (key, value)


def _text(rng):
    key = rng.choice(("name", "encoder", "data_folder", "output_folder"))
    text = rng.choice(TEXTS) * rng.randint(1, 2)
    right, truth = True, (key, text)
    # None, the home folder, or a reference
    if (
        text.strip() in ("", "null", "nullnull")
        or text[0] == "~"
        or "<" in text
    ):
        right = truth = None
    if text.startswith("-"):  # which is the next key, unless it is `--a=-b`
        return "a text", ["settings.yaml", f"--{key}={text}"], {}, right, truth
    arguments = ["settings.yaml", *_option(key, text, rng)]
    return "a text", arguments, {}, right, truth


def _singers(rng):
    key = rng.choice(("test_singers", "valid_singers"))
    names = [rng.choice(SINGERS) for _ in range(rng.randint(1, 4))]
    text = f"[{', '.join(names)}]"
    if rng.random() < 0.5:
        yaml = f"{key}: {text}\nlr: 1\n"
        files = {"settings.yaml": yaml}
        return "singers of a file", ["settings.yaml"], files, True, (key, names)
    arguments = ["settings.yaml", *_option(key, text, rng)]
    return "singers", arguments, {}, True, (key, names)


def _open(rng):
    """Values that are no YAML, where a list, a mapping or a number belongs."""
    key = rng.choice(("test_singers", "same", "corpus_options", "lr"))
    text = rng.choice(("[a, b", "{x: ", "{singers: 3", "a: b: c", "[1, 2}"))
    arguments = ["settings.yaml", *_option(key, text, rng)]
    return f"no YAML: {text}", arguments, {}, False, None


def _nonsense(rng):
    arguments, right = rng.choice(
        [
            (["--ephocs", "3"], False),
            (["--epochs"], False),
            (["epochs", "3"], False),
            (["--epochs=3", "4"], False),
            (["--"], None),
            (["--=3"], False),
            (["-x"], False),
            ([""], False),
            (["--symmetric", "maybe"], False),
            (["--symmetric", "2"], False),
            (["--seed", "1", "--seed", "2"], None),
            (["--device"], False),
            (["--device", "nowhere"], None),
            (["--part", "3"], None),
            (["--rates", "{a: 3}"], None),
            (["--half", "!ref <nothing>"], False),
            (["--half", "!new:speechbrain_singer.no.Such"], False),
            (["--half", "!ref <half>"], False),
            (["--half", "!new:"], False),
            (["--epochs", "x" * 100_000], None),
            (["--corpus_options", "{a: " * 800 + "1" + "}" * 800], None),
            (["--same", "[" * 1000], False),
            (["--seed", "&a [*a]"], None),
            (["--seed", "2024-01-01"], None),
            (["--seed", "!!binary x"], None),
            (["--seed", "!!python/object/apply:os.getcwd []"], None),
        ]
    )
    what = f"nonsense: {' '.join(arguments)[:60]}"
    return what, ["settings.yaml", *arguments], {}, right, None


def _real(rng):
    """A YAML of the project, one key of it with whatever text."""
    names = sorted(path.name for path in REAL.glob("*.yaml"))
    name = rng.choice([*names, "verification.yaml", "identification.yaml"])
    lines = (REAL / name).read_text(encoding="utf-8").split("\n")
    keys = [line.split(":")[0] for line in lines if line[:1].isalpha()]
    # A background would be looked for; folders are made
    keys = sorted({*keys} - {"background", "recordings"})
    arguments = [name]
    for key in rng.sample(keys, 2):
        text = rng.choice([*TEXTS, *NUMBERS, "[a, b]", "{a: 1}"])
        arguments.append(f"--{key}={text}")
    return f"real: {name}", arguments, {}, None, None


def _slip(rng):
    what = rng.choice(list(SLIPS))
    text = SLIPS[what]
    if rng.random() < 0.5:
        text = text.encode("latin-1" if what == "Latin-1" else "utf-8")
        return what, ["settings.yaml"], {"settings.yaml": text}, False, None
    if what == "left open":
        return what, ["settings.yaml"], {"settings.yaml": text}, False, None
    text = text.encode("latin-1" if what == "Latin-1" else "utf-8")
    return (
        f"{what} in a part",
        ["settings.yaml"],
        {"part.yaml": text},
        False,
        None,
    )


def _file(rng):
    """A file of our own that is damaged, or nests beyond measure."""
    if rng.random() < 0.1:
        levels = [f"a0: &a0 [{', '.join(['x'] * 9)}]"]
        levels += [
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]"
            for n in range(1, 10)
        ]
        text = "\n".join(levels) + "\n"
        return "a bomb", ["settings.yaml"], {"settings.yaml": text}, None, None
    name = rng.choice(("settings.yaml", "settings.yaml", "part.yaml"))
    text = OWN if name == "settings.yaml" else PART
    what, data = damaged(text.encode(), rng)
    return f"damaged: {what}", ["settings.yaml"], {name: data}, None, None
