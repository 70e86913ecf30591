import ctypes
import platform

import pytest
from processes import start

from speechbrain_singer.memory import keep_freed_memory


def page_faults(rank, path):
    """Allocates and frees 64 MB again and again, and counts the page faults."""
    import resource  # not everywhere

    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]

    def faults():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(5):
            block = libc.malloc(2**26)
            ctypes.memset(block, 1, 2**26)
            libc.free(block)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    given_back = faults()
    assert keep_freed_memory()
    path.write_text(f"{given_back} {faults()}")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_freed_memory_is_used_again(tmp_path):
    start(page_faults, tmp_path / "faults", number=1)
    given_back, kept = map(int, (tmp_path / "faults").read_text().split())
    assert kept < 0.5 * given_back


@pytest.mark.parametrize("library", [object(), None])
def test_without_mallopt_nothing_happens(library, monkeypatch):
    def load(_):
        if library is None:
            raise OSError("no C library")
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert keep_freed_memory() is False
