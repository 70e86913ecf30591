"""Files in short."""

import hashlib


def file_digest(path):
    """What a file holds, in short: its SHA-256, as hexadecimal digits.

    It is read in blocks, as it may be larger than memory.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.txt"
    >>> _ = path.write_text("abc")
    >>> file_digest(path)[:16]
    'ba7816bf8f01cfea'
    """
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()
