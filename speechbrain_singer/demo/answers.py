"""What the page says of two recordings, in words."""

from pathlib import Path

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.probability import (
    PRIOR,
    same_singer_probability,
)
from speechbrain_singer.inference.scores import SCORES

NOT_YET = "Give two recordings, from disk or by the microphone."


def compared(encoder, first, second):
    """Score, decision and probability of two recordings.

    Arguments
    ---------
    encoder : SingerEncoder
    first, second : str or Path
        Audio files.

    Returns
    -------
    text : str
        Markdown.
    embeddings : list of torch.Tensor
        [dim] each

    Raises
    ------
    AudioError
        If a file cannot be encoded; by its name, without its folder.
    """
    embeddings = [encode(encoder, path) for path in (first, second)]
    score = SCORES[encoder.score].compare(*embeddings).item()
    return decision(encoder, score), embeddings


def encode(encoder, path):
    """As `encoder.encode_file`, but errors do not say where uploads lie."""
    try:
        return encoder.encode_file(path)
    except AudioError as error:
        said = str(error).replace(str(path), Path(path).name)
        raise AudioError(said) from error


def decision(encoder, score):
    """A score, what it means to the encoder, and how often that is wrong.

    Arguments
    ---------
    encoder : SingerEncoder
    score : float

    Returns
    -------
    text : str
        Markdown.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> encoder = SimpleNamespace(threshold=0.5, calibration={})
    >>> print(decision(encoder, 0.625))
    ## The same singer
    Score **0.625**; above 0.500 it counts as the same singer.
    """
    threshold, calibration = encoder.threshold, encoder.calibration or {}
    if threshold is None:
        return (
            f"## Score {score:.3f}\n"
            "This encoder has no threshold: calibrate it on singers like yours."
        )
    heading = "The same singer" if score > threshold else "Another singer"
    lines = [
        f"## {heading}",
        f"Score **{score:.3f}**; above {threshold:.3f} it counts as the same "
        "singer.",
    ]
    probability = same_singer_probability(calibration, score)
    if probability is not None:
        lines.append(
            f"Probability of the same singer: **{100 * probability:.0f} %**, "
            f"if {100 * PRIOR:g} % of such pairs are."
        )
    set_on = calibration.get("set_on") or {}
    if "EER_percent" in set_on:
        lines.append(
            f"On {set_on.get('corpus', 'its corpus')}, "
            f"{set_on.get('singers', 'some')} singers, "
            f"{set_on['EER_percent']:.1f} % of such decisions were wrong."
        )
    return "\n".join(lines)
