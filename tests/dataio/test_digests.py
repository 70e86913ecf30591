import hashlib

from speechbrain_singer.dataio.digests import file_digest


def test_what_a_file_holds_in_short(tmp_path):
    path = tmp_path / "a.bin"
    data = bytes(range(256)) * 5000  # more than a block
    path.write_bytes(data)
    assert file_digest(path) == hashlib.sha256(data).hexdigest()
