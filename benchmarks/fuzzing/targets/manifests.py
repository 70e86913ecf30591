"""Manifests: cells, lines and bytes of a CSV file."""

import csv
import io
import math

from fuzzing.damage import TEXTS, cut, damaged
from fuzzing.findings import Finding, ask
from fuzzing.target import Case, Target, judge
from speechbrain_singer.dataio.manifest import COLUMNS, read_manifest

NUMBERS = [
    *("", " ", "nan", "-nan", "inf", "-inf", "1e400", "-1", "-0.5", "x"),
    *("1.5", "0x10", "1,5", "1 2", "None", "True", "9" * 30, "9" * 5000, "-9"),
    *("\N{MINUS SIGN}1", "1e-3", "0", "+1", "1_0", " 5 "),
]
NAMES = [
    *("ann/a.wav", 'say "hi".wav', "a, b.wav", "Zoé.flac", "a\nb.wav"),
    *("Ke$ha/one.wav", "_x.wav", "歌/一.wav", "-.wav", "=1+1.wav", "'"),
]


class Manifests(Target):
    """`read_manifest` takes what is right, and nothing that is not."""

    name = "manifests"
    share = 20

    def draw(self, rng):
        rows = [_row(rng, number) for number in range(rng.randint(1, 6))]
        draw = rng.choice((_whole, _cell, _cell, _line, _encoding, _damaged))
        return draw(rows, rng)

    def attempt(self, case):
        path = self.inputs / "train.csv"
        answer = ask(read_manifest, path, names=[str(path)])
        word = judge(case, answer)
        if case.right is False and "line" not in str(answer.refusal):
            if case.what.startswith("cell"):
                raise Finding("unnamed", "no line", str(answer.refusal)[:160])
        if answer.refusal is None:
            _check(answer.value, case)
        return word


def _row(rng, number):
    rate = rng.choice((16000, 44100, 48000))
    start = rng.choice((0, 0, rng.randrange(10**6)))
    frames = rng.randrange(1, 10**7)
    return {
        "ID": rng.choice(NAMES) + str(number),
        "duration": frames / rate,
        "wav": "/audio/" + rng.choice(NAMES),
        "start": start,
        "stop": start + frames,
        "sample_rate": rate,
        "singer": rng.choice(("", "ann", "Zoé", "Ke$ha", "歌", "a b", "010")),
        "song": rng.choice(("", "one", "a/b", "1")),
        "peak": rng.random(),
        "sex": "female",
    }


def _text(table):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(table)
    return file.getvalue()


def _table(rows):
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def _case(what, text, right=None, truth=None):
    data = text if isinstance(text, bytes) else text.encode()
    return Case(what, {"train.csv": data}, right, truth)


def _whole(rows, rng):
    return _case("whole", _text(_table(rows)), True, rows)


def _cell(rows, rng):
    """One cell has another text: where a number belongs it may be wrong."""
    row, name = rng.choice(rows), rng.choice(list(rows[0]))
    if name in COLUMNS and COLUMNS[name] is not str:
        row[name] = rng.choice(NUMBERS)
        right = _fits(name, row)
        return _case(f"cell: {name}", _text(_table(rows)), right)
    row[name] = rng.choice(TEXTS)
    # Which texts may be a name is for others to say
    return _case(f"text: {name}", _text(_table(rows)), None, rows)


def _fits(name, row):
    """Whether a cell can be what its column says; None if it is arguable."""
    text = row[name]
    if text in ("+1", "1_0", " 5 ", "0", "1e-3"):
        return None
    try:
        number = COLUMNS[name](text)
    except ValueError:
        return False
    if not math.isfinite(number) or number < 0:
        return False
    if number > 2**31:
        return False if COLUMNS[name] is int and number > 2**63 else None
    if name == "start" and number >= row["stop"]:
        return False
    if name == "stop" and number < row["start"]:
        return False
    return None if number == 0 else True


def _line(rows, rng):
    table = _table(rows)
    line = rng.randrange(1, len(table))
    way = rng.randrange(6)
    if way == 0:
        table[line].append(rng.choice(TEXTS[1:]))
        return _case("line: a field too many", _text(table), False)
    if way == 1:
        del table[line][rng.randrange(1, len(table[line])) :]
        return _case("line: fields too few", _text(table), False)
    if way == 2:
        column = rng.randrange(len(COLUMNS))
        table = [[*r[:column], *r[column + 1 :]] for r in table]
        return _case("line: no such column", _text(table), False)
    if way == 3:
        lines = _text(table).split("\n")
        # A name may have a line break in it
        lines.insert(1, "")
        return _case("line: a blank one", "\n".join(lines), True, rows)
    if way == 4:
        text = _text(table)
        head = text.index("\n") + 1
        place = rng.randrange(head, len(text))
        left = list(csv.reader(io.StringIO(text[:place])))
        short = len(left[-1]) < len(table[0]) and text[place - 1] != "\n"
        return _case("line: cut", text[:place], False if short else None)
    table.insert(line, [rng.choice(TEXTS) for _ in table[0]])
    return _case("line: of nonsense", _text(table), False)


def _encoding(rows, rng):
    text = _text(_table(rows))
    way = rng.choice(("utf-16", "utf-8-sig", "latin-1", "crlf", "a long field"))
    if way == "crlf":
        names = [rows[0]["ID"], *(r["ID"] + r["wav"] for r in rows)]
        if any("\n" in name for name in names):
            return _case(way, text.replace("\n", "\r\n"))
        return _case(way, text.replace("\n", "\r\n"), True, rows)
    if way == "a long field":
        rows[0]["song"] = "x" * 200_000
        return _case(way, _text(_table(rows)), None, rows)
    data = text.replace("歌", "é").encode(way, errors="replace")
    return _case(way, data)


def _damaged(rows, rng):
    what, data = damaged(_text(_table(rows)).encode(), rng)
    if rng.random() < 0.2:
        what, data = "cut", cut(data, rng)
    return _case(what, data)


def _check(rows, case):
    """What was read is a manifest, and the one that was written."""
    if case.truth is not None:
        expected = [
            {k: COLUMNS.get(k, str)(v) for k, v in row.items()}
            for row in case.truth
        ]
        if rows != expected:
            raise Finding("wrong", case.what, f"{rows} for {expected}"[:200])
    for row in rows:
        numbers = [row[n] for n, kind in COLUMNS.items() if kind is not str]
        if not (
            set(row) >= set(COLUMNS)
            and None not in row
            and None not in row.values()
            and all(math.isfinite(number) for number in numbers)
            and min(numbers) >= 0
            and row["start"] <= row["stop"] < 2**63
            and 0 < row["sample_rate"] < 2**63
        ):
            raise Finding("accepted", f"{case.what}: no manifest", str(row))
