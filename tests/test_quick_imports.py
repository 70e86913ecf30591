import gc
import subprocess
import sys
from pathlib import Path

import pytest

import speechbrain_singer
from speechbrain_singer.quick_imports import quick_imports

ROOT = str(Path(speechbrain_singer.__file__).parents[1])
# In processes of their own, where nothing is imported yet
LATER = """
import gc, sys
from speechbrain_singer.quick_imports import quick_imports

frozen = gc.get_freeze_count()
with quick_imports():
    assert not gc.isenabled()
    from scipy.stats import lognorm
    assert "scipy" not in sys.modules
    young = []
    young.append(young)
assert gc.isenabled() and gc.get_freeze_count() <= frozen
assert any(old is young for old in gc.get_objects(generation=2))
assert "scipy.stats" not in sys.modules
print(lognorm.ppf(0.975, 1.0), lognorm(s=1.0).ppf(0.025))

import scipy.stats
print(scipy.stats.norm.cdf(0.0), type(scipy.stats.lognorm).__name__)
"""
# SciPy's takes seconds to import; this one is found before it
FAKE = "norm, lognorm = object(), print"
AT_ONCE = """
import sys
sys.path.insert(0, sys.argv[1])
from speechbrain_singer.quick_imports import quick_imports

with quick_imports():
    import scipy.stats as early
    assert sys.modules["scipy.stats"] is early
    norm = early.norm
    import scipy.stats
    assert scipy.stats is sys.modules["scipy.stats"] is not early
    assert scipy.stats.norm is early.norm is norm
assert scipy.stats is sys.modules["scipy.stats"]
"""


def said(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        **{"cwd": ROOT, "check": True, "capture_output": True, "text": True},
    )
    return done.stdout.split()


def test_statistics_come_when_they_are_used():
    *quantiles, probability, kind = said(LATER)
    # exp(1.959964), the standard normal's, and its reciprocal
    expected = pytest.approx([7.099071, 0.140863], abs=1e-5)
    assert list(map(float, quantiles)) == expected
    assert float(probability) == 0.5
    assert kind == "lognorm_gen"  # the stand-in is gone


def test_who_wants_more_of_them_gets_them_at_once(tmp_path):
    (tmp_path / "scipy").mkdir()
    (tmp_path / "scipy" / "__init__.py").touch()
    (tmp_path / "scipy" / "stats.py").write_text(FAKE)
    said(AT_ONCE, tmp_path)


def test_the_package_imports_what_it_hands_on_once(monkeypatch):
    encoder = speechbrain_singer.SingerEncoder
    monkeypatch.setattr(speechbrain_singer, "quick_imports", None)
    assert speechbrain_singer.SingerEncoder is encoder


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_as_it_was(enabled):
    before, statistics = gc.isenabled(), sys.modules.get("scipy.stats")
    try:
        gc.enable() if enabled else gc.disable()
        with pytest.raises(RuntimeError, match="broken"), quick_imports():
            raise RuntimeError("broken")
        assert gc.isenabled() is enabled
        assert sys.modules.get("scipy.stats") is statistics
    finally:
        gc.enable() if before else gc.disable()
