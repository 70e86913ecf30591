import sys
from importlib import import_module

import pytest
from processes import start

from speechbrain_singer import baselines
from speechbrain_singer.baselines.speechbrain_hub import SPEAKER_ENCODERS
from speechbrain_singer.lobes.front_ends import FRONT_ENDS

OPTIONAL = ("muq", "resemblyzer", "transformers")


@pytest.mark.parametrize("name", baselines.BASELINES)
def test_every_name_has_a_class(name):
    module, cls, *_ = baselines.BASELINES[name]
    module = import_module(f"{baselines.__name__}.{module}")
    assert hasattr(getattr(module, cls), "encode_batch")


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        ("LayerMeans", [*FRONT_ENDS, "muq"]),
        ("SpeechBrainEncoder", SPEAKER_ENCODERS),
    ],
)
def test_what_one_class_builds_by_name_is_a_baseline(cls, names):
    built = {
        name: arguments
        for name, (_, of_name, *arguments) in baselines.BASELINES.items()
        if of_name == cls
    }
    assert built == {name: [name] for name in names}


def without_optional_packages(rank, modules):
    """In a process of its own."""
    for module in modules:
        import_module(f"{baselines.__name__}.{module}")
    assert not sys.modules.keys() & set(OPTIONAL)


def test_optional_packages_are_imported_when_they_are_needed():
    modules = {module for module, *_ in baselines.BASELINES.values()}
    start(without_optional_packages, sorted(modules), number=1)
