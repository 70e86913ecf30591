"""Ways to damage bytes and text."""

ENDS = [0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1]
TEXTS = [
    *("", " ", "\t", "nan", "-inf", "null", "~", "0", "-1", "1e400", "2024"),
    *("on", "no", "1:30", "0x10", "1_0", "run #2", "split=train", "@home"),
    *("a: b", "[x", "{x: ", "'", '"', "*a", "&a", "- a", "%a", "`", "a\nb"),
    *("\N{LATIN SMALL LETTER E WITH DIAERESIS}", "\N{HIRAGANA LETTER A}"),
    *("\0", "\x1b[31m", "../..", "$HOME", "~/x", "<seed>", "x" * 300, "C:\\x"),
]


def damaged(data, rng):
    """A way to damage bytes, and what it makes of them."""
    way = rng.choice(WAYS)
    return way.__name__.strip("_").replace("_", " "), way(data, rng)


def cut(data, rng):
    """The bytes up to some place."""
    return data[: rng.randrange(len(data))] if data else data


def _one_bit(data, rng):
    if not data:
        return data
    place = rng.randrange(len(data))
    changed = data[place] ^ 1 << rng.randrange(8)
    return data[:place] + bytes([changed]) + data[place + 1 :]


def _some_bytes(data, rng):
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8) if data else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _a_number(data, rng):
    """Somewhere an integer that is the end of a range."""
    order = rng.choice(("little", "big"))
    number = rng.choice(ENDS).to_bytes(4, order)
    place = rng.randrange(len(data) + 1)
    return data[:place] + number + data[place + 4 :]


def _left_out(data, rng):
    first, last = _stretch(data, rng)
    return data[:first] + data[last:]


def _twice(data, rng):
    first, last = _stretch(data, rng)
    return data[:last] + data[first:]


def _zeros(data, rng):
    first, last = _stretch(data, rng)
    return data[:first] + bytes(last - first) + data[last:]


def _moved(data, rng):
    first, last = _stretch(data, rng)
    place = rng.randrange(len(data) + 1)
    rest = data[:first] + data[last:]
    return rest[:place] + data[first:last] + rest[place:]


def _inserted(data, rng):
    place = rng.randrange(len(data) + 1)
    text = rng.choice(TEXTS).encode()
    return data[:place] + text + data[place:]


def _appended(data, rng):
    return data + rng.randbytes(rng.choice((1, 2, 100, 5000)))


def _nothing_left(data, rng):
    return b""


def _something_else(data, rng):
    return rng.choice(
        [
            b"<!DOCTYPE html><html>404 Not Found</html>\n",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            b"\x89PNG\r\n\x1a\n" + bytes(40),
            b"PK\x03\x04" + bytes(60),
            b"\xff\xfe" + "text".encode("utf-16-le"),
            bytes(1000),
            b"[" * 1000,
            b"{" * 1000,
        ]
    )


def _stretch(data, rng):
    first = rng.randrange(len(data) + 1)
    return first, min(len(data), first + rng.choice((1, 4, 30, len(data))))


WAYS = [
    *(cut, _one_bit, _one_bit, _some_bytes, _a_number, _left_out, _twice),
    *(_zeros, _moved, _inserted, _appended, _nothing_left, _something_else),
]
