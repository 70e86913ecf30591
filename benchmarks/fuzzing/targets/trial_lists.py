"""Lists of trials: lines, fields and bytes, in the three forms."""

from fuzzing.damage import TEXTS, damaged
from fuzzing.findings import Finding, ask
from fuzzing.target import Case, Target, judge
from speechbrain_singer.trials.lists import read_trials

PLAIN = ["ann/a.wav", "ann/b.wav", "bob/c.flac", "Zoé/d.wav", "_x/e.wav"]
ODD = ["a b/f.wav", "a, b/g.wav", 'say "hi"/h.wav', "歌/一.wav"]
WORDS = {"kaldi": ("nontarget", "target")}


class TrialLists(Target):
    """`read_trials` gives each line as it is, or names the one it cannot."""

    name = "trial lists"
    share = 20

    def prepare(self):
        ids = PLAIN + ODD
        self.rows = [
            {"ID": name, "wav": f"/audio/{name}", "singer": name.split("/")[0]}
            for name in ids
        ]

    def draw(self, rng):
        form = rng.choice(("published", "voxceleb", "kaldi"))
        names = PLAIN + (ODD if form == "published" else [])
        count = rng.randint(1, 8)
        trials = [
            (rng.randrange(2), rng.choice(names), rng.choice(names))
            for _ in range(count)
        ]
        lines = [_line(form, *trial) for trial in trials]
        truth = [
            (label, self._row(first), self._row(second))
            for label, first, second in trials
        ]
        draw = rng.choice((_harmless, _broken, _broken, _encoding, _damaged))
        return draw(form, lines, truth, rng)

    def _row(self, name):
        return next(i for i, r in enumerate(self.rows) if r["ID"] == name)

    def attempt(self, case):
        path = self.inputs / "trials.txt"
        answer = ask(read_trials, path, self.rows, "/audio", names=[str(path)])
        word = judge(case, answer)
        if answer.refusal is None:
            self._check(answer.value, case)
        elif case.what.startswith("line") and "line" not in str(answer.refusal):
            raise Finding("unnamed", "no line", str(answer.refusal)[:160])
        return word

    def _check(self, trials, case):
        found = list(
            zip(
                *(trials.labels.tolist(), trials.first.tolist()),
                trials.second.tolist(),
                strict=True,
            )
        )
        if case.truth is not None and found != case.truth:
            raise Finding("wrong", case.what, f"{found} for {case.truth}"[:200])
        # Independently of the reader's own way: nothing may be left out
        text = (self.inputs / "trials.txt").read_text("utf-8-sig")
        filled = sum(1 for line in text.split("\n") if line.strip())
        if not filled - 1 <= len(found) <= filled:
            raise Finding("wrong", "number of trials", f"{len(found)}/{filled}")
        if any(label not in (0, 1) for label, _, _ in found):
            raise Finding("accepted", "label", str(found)[:160])


def _line(form, label, first, second):
    if form == "published":
        return f"{label},{first},{second}"
    if form == "voxceleb":
        return f"{label} {first} {second}"
    return f"{first} {second} {WORDS[form][label]}"


def _case(what, text, right=None, truth=None):
    data = text if isinstance(text, bytes) else text.encode()
    return Case(what, {"trials.txt": data}, right, truth)


def _joined(lines):
    return "".join(f"{line}\n" for line in lines)


def _harmless(form, lines, truth, rng):
    way = rng.randrange(6)
    if way == 0:
        return _case("whole", _joined(lines), True, truth)
    if way == 1:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(("", "  ")))
        return _case("a blank line", _joined(lines), True, truth)
    if way == 2:
        separator = "," if form == "published" else " "
        head = separator.join(("label", "first", "second"))
        return _case("a header", _joined([head, *lines]), True, truth)
    if way == 3:
        text = _joined(lines).replace("\n", "\r\n")
        return _case("CRLF", text, True, truth)
    if way == 4:
        return _case(
            "a byte order mark", _joined(lines).encode("utf-8-sig"), True, truth
        )
    return _case("no line break at the end", "\n".join(lines), True, truth)


def _broken(form, lines, truth, rng):
    place = rng.randrange(len(lines))
    way = rng.randrange(6)
    separator = "," if form == "published" else " "
    fields = lines[place].split(separator)
    at = -1 if form == "kaldi" else 0
    if way == 0:
        labels = [
            "2",
            "-1",
            "1.5",
            "",
            "yes",
            "nan",
            "x",
            "0x1",
            "\N{ARABIC-INDIC DIGIT ONE}",
        ]
        fields[at] = rng.choice(labels)
        what = "line: a label that is none"
    elif way == 1:
        name = rng.choice(("no.wav", "ann/z.wav", "../x", "ann", "a" * 5000))
        fields[1] = name
        # A name with a comma loses a part only
        what = "line: a name of nobody"
        if form == "published" and len(fields) > 3:
            return _case(what, _joined(lines), None)
    elif way == 2:
        fields = fields[:2]
        what = "line: two fields"
    elif way == 3:
        fields.append("ann/a.wav")
        what = "line: a field too many"
    elif way == 4:
        other = "published" if form != "published" else "voxceleb"
        if len(lines) < 2:
            return _case("whole", _joined(lines), True, truth)
        place = rng.randrange(1, len(lines))
        lines[place] = _line(other, 1, "ann/a.wav", "ann/b.wav")
        return _case("line: of another form", _joined(lines), False)
    else:
        text = rng.choice([t for t in TEXTS if t.strip() and "\n" not in t])
        # What stands first may be taken for a header
        place = rng.randrange(len(lines)) if len(lines) > 1 else 0
        lines[place] = f"{text}{separator}{text}"
        right = False
        return _case("line: of nonsense", _joined(lines), right)
    lines[place] = separator.join(fields)
    return _case(what, _joined(lines), False)


def _encoding(form, lines, truth, rng):
    way = rng.choice(("utf-16", "utf-32", "latin-1"))
    plain = all(line.isascii() for line in lines)
    data = _joined(lines).replace("歌", "é").replace("一", "é")
    right = None if plain and way == "latin-1" else False
    return _case(way, data.encode(way), right)


def _damaged(form, lines, truth, rng):
    what, data = damaged(_joined(lines).encode(), rng)
    return _case(what, data)
