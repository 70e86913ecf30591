"""What runs and evaluations leave for the next: caches, logs, checkpoints."""

import json

import torch

from fuzzing.damage import cut, damaged
from fuzzing.findings import Finding, ask
from fuzzing.target import Case, Target, judge
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.reports.curves import read_history
from speechbrain_singer.training.checkpoints import (
    AtomicCheckpointer,
    check_same_recordings,
)

KEY = "key"
ROWS = [{"ID": f"{n}.wav", "wav": f"{n}.wav", "duration": 1.0} for n in "abc"]
NO_RECORDS = [
    *("[]", "7", "null", '"x"', "{}", '{"lr": 1}', '{"epoch": null}', "x"),
    *('{"epoch": "x", "lr": 1}', '{"epoch": [1]}', '{"epoch": NaN}', '{"epo'),
    *('{"epoch": 1.5}', "\0" * 60, "[" * 1000, '{"epoch": 1e400}', "\t"),
]


class Notes(Target):
    """What is damaged is made anew, left out, or refused by its name."""

    name = "notes"
    share = 10

    def prepare(self):
        folder = self.folder / "cache"
        _embeddings(folder)
        (self.cache,) = folder.iterdir()
        self.embeddings = self.cache.read_bytes()
        save = self.folder / "save"
        self.weights = []
        for number in range(2):
            model = _model(number)
            checkpoints = AtomicCheckpointer(save, {"model": model})
            checkpoint = checkpoints.save_checkpoint(
                meta={"EER": 1.0 + number}, name=str(number)
            )
            self.weights.append(model.weight.detach())
        self.newest = checkpoint.path.name
        self.checkpoints = {
            f"save/{path.relative_to(save)}": path.read_bytes()
            for path in sorted(save.rglob("*"))
            if path.is_file()
        }
        note = self.folder / "claimed"
        note.mkdir()
        check_same_recordings(note, ROWS)
        (self.note,) = note.iterdir()

    def draw(self, rng):
        draw = rng.choice((_cache, _history, _claim, _checkpoint, _checkpoint))
        return draw(self, rng)

    def attempt(self, case):
        return case.truth(self, case)

    def read_cache(self, case):
        folder = self.inputs / "cache"
        answer = ask(_embeddings, folder, names=[str(folder)])
        if not torch.equal(answer.value, _Encoder().encode_rows(ROWS)):
            raise Finding("accepted", case.what, f"{answer.value}")
        return judge(case, answer)

    def read_history(self, case):
        path = self.inputs / "history.jsonl"
        answer = ask(read_history, path, names=[str(path)])
        if answer.refusal is None:
            epochs = [record["epoch"] for record in answer.value]
            whole = case.what.startswith("history: a line")
            if whole and epochs != [1, 2, 3]:
                raise Finding("wrong", case.what, f"epochs {epochs}")
            if any(type(epoch) is not int for epoch in epochs):
                raise Finding("accepted", case.what, f"epochs {epochs}")
        return judge(case, answer)

    def read_claim(self, case):
        save = self.inputs / "claimed"
        rows = ROWS[1:] if case.right is False else ROWS
        names = [str(save)]
        answer = ask(check_same_recordings, save, rows, names=names)
        return judge(case, answer)

    def read_checkpoint(self, case):
        save, model = self.inputs / "save", _model(2)
        which = {"min_key": "EER"} if "best" in case.what else {}
        answer = ask(
            AtomicCheckpointer(save, {"model": model}).recover_if_possible,
            names=[str(save)],
            kinds=(ValueError, OSError, RuntimeError),
            **which,
        )
        word = judge(case, answer)
        if answer.refusal is None:
            found = answer.value and [
                weight
                for weight in self.weights
                if torch.equal(weight, model.weight)
            ]
            if not found:
                raise Finding("accepted", case.what, f"{answer.value}"[:160])
        return word


class _Encoder:
    """Knows its embeddings."""

    dimension = 64

    def encode_rows(self, rows, progressbar=True):
        generator = torch.Generator().manual_seed(0)
        return torch.randn(len(rows), self.dimension, generator=generator)


def _embeddings(folder):
    return cached_embeddings(_Encoder(), ROWS, folder, False, KEY)[0]


def _model(seed):
    torch.manual_seed(seed)
    return torch.nn.Linear(16, 16)


def _cache(target, rng):
    what, data = damaged(target.embeddings, rng)
    files = {f"cache/{target.cache.name}": data}
    return Case(f"cache: {what}", files, True, Notes.read_cache)


def _history(target, rng):
    lines = [
        json.dumps({"epoch": n, "lr": 0.1, "train": {"loss": 1.0}})
        for n in (1, 2, 3)
    ]
    if rng.random() < 0.5:
        line = rng.choice(NO_RECORDS)
        lines.insert(rng.randrange(4), line)
        data = ("\n".join(lines) + "\n").encode()
        what = f"history: a line {line[:20]!r}"
    else:
        what, data = damaged(("\n".join(lines) + "\n").encode(), rng)
        what = f"history: {what}"
    return Case(what, {"history.jsonl": data}, None, Notes.read_history)


def _claim(target, rng):
    data = target.note.read_bytes()
    right = rng.choice((True, False))
    what = "claim: the same recordings" if right else "claim: others"
    if rng.random() < 0.8:
        texts = [b"", b"\0" * 95, b"[]", b"7", b"{}", b'{"recordings": 1}']
        way, data = damaged(data, rng)
        if rng.random() < 0.5:
            way, data = "nonsense", rng.choice(texts)
        what, right = f"claim: {way}", None
    files = {f"claimed/{target.note.name}": data, "claimed/CKPT+1": None}
    return Case(what, files, right, Notes.read_claim)


def _checkpoint(target, rng):
    files = dict(target.checkpoints)
    own = [name for name in files if target.newest in name]
    name = rng.choice(own)
    way = rng.randrange(5)
    right = None
    if way == 0:
        del files[name]
        what = f"no {name.rpartition('/')[2]}"
        right = True
    elif way == 1:
        folder = rng.choice(("save", "save/CKPT+half", name.rpartition("/")[0]))
        files[f"{folder}/{rng.choice(('.DS_Store', 'x.ckpt'))}"] = b"\0\0\0\1"
        what, right = "a file beside them", True
    elif way == 2:
        what, files[name] = "cut", cut(files[name], rng)
    else:
        what, files[name] = damaged(files[name], rng)
    what = f"{rng.choice(('best', 'last'))} checkpoint: {what}"
    return Case(what, files, right, Notes.read_checkpoint)
