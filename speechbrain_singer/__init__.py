"""Who is singing, and which notes? Encoders and transcribers of singing."""

from importlib import import_module

from speechbrain_singer.quick_imports import quick_imports

__version__ = "0.1.0"

_MODULES = {
    "SingerEncoder": "inference.encoder",
    "SingingTranscriber": "inference.transcriber",
    "singer_similarity": "evaluation.singer_similarity",
}


def __getattr__(name):
    # They bring SpeechBrain and torch along, which take seconds to import:
    # only those who ask for one wait for them
    if name in _MODULES:
        with quick_imports():
            module = import_module(f"{__name__}.{_MODULES[name]}")
        globals()[name] = getattr(module, name)  # found there from now on
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
