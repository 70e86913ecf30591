import subprocess
import sys
from importlib import import_module

import pytest

from speechbrain_singer import baselines
from speechbrain_singer.lobes.front_ends import FRONT_ENDS

OPTIONAL = ("resemblyzer", "transformers")


@pytest.mark.parametrize("name", baselines.BASELINES)
def test_every_name_has_a_class(name):
    module, cls, *_ = baselines.BASELINES[name]
    module = import_module(f"{baselines.__name__}.{module}")
    assert hasattr(getattr(module, cls), "encode_batch")


def test_every_front_end_is_a_baseline():
    means = {
        name: arguments
        for name, (_, cls, *arguments) in baselines.BASELINES.items()
        if cls == "LayerMeans"
    }
    assert means == {name: [name] for name in FRONT_ENDS}


def test_optional_packages_are_imported_when_they_are_needed():
    modules = {module for module, *_ in baselines.BASELINES.values()}
    code = f"""
import sys
from importlib import import_module
for module in {sorted(modules)}:
    import_module("speechbrain_singer.baselines." + module)
assert not sys.modules.keys() & {set(OPTIONAL)}
"""
    subprocess.run([sys.executable, "-c", code], check=True)
