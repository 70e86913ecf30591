"""Who is singing? Self-supervised singer encoders for SpeechBrain."""

__version__ = "0.1.0"


def __getattr__(name):
    # SingerEncoder brings SpeechBrain and torch along, which take seconds to
    # import: only those who ask for it wait for them
    if name == "SingerEncoder":
        from speechbrain_singer.inference.encoder import SingerEncoder

        return SingerEncoder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
