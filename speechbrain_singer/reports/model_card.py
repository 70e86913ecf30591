"""The model card of an encoder: what it is, was made of, and must not do.

In the form of the Hugging Face hub: a README.md with a head of YAML, which the
hub reads, and text, which people do.
"""

import textwrap
from pathlib import Path

import yaml

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.source import CARD_FILE, WEIGHTS_FILE
from speechbrain_singer.reports.robustness import QUESTIONS, robustness_table
from speechbrain_singer.reports.tables import markdown

_TAGS = (
    *("speechbrain", "speechbrain_singer", "singer-identity", "singing-voice"),
    *("audio", "embeddings", "feature-extraction"),
)
_FORBIDDEN = """\
- no forensic and no legal decisions: the error rates above are no evidence;
- no biometrics: no access control, and no identification of persons;
- no surveillance, and no search for a person by the voice;
- no inference of sex, age, health, origin or any other trait of a person;
- no imitation of a voice without the consent of whose voice it is.

A decision about a person is not this model's to make."""
_LIMITS = """\
- The figures are of one corpus, and its intervals are over its singers: other
  singers, rooms and styles have other figures. Measure yours before you rely
  on them (`recipes/verification/robustness.py`).
- A recording with several voices, or with a band, has no one singer: separate
  it first.
- What it takes for likeness is also of pitch, room and microphone, as the
  figures by condition show."""


def write_model_card(folder, *facts, **options):
    """Writes the `model_card` of an encoder into its folder, as `README.md`.

    Arguments
    ---------
    folder : str or Path
        That `SingerEncoder` loads. A former card is replaced.
    *facts, **options
        As `model_card` takes them.

    Returns
    -------
    path : Path
        Of the card.
    """
    card = model_card(folder, *facts, **options)
    path = Path(folder, CARD_FILE)
    with atomic_open(path) as file:
        file.write(card)
    return path


def model_card(
    folder, name, measured, training, column=None, licence="apache-2.0"
):
    """The text of an encoder's card.

    Arguments
    ---------
    folder : str or Path
        That `SingerEncoder` loads.
    name : str
        What loads it: the name of a bundled encoder, or of a repository on
        the hub.
    measured : dict
        The `metrics.json` of `recipes/verification/robustness.py`; the other
        encoders in it stand beside the one that the card is of.
    training : dict of str to str
        Facts of its training, by what they are: data, objective, duration,
        ...
    column : str, optional
        What the encoder is called in `measured`; the last part of
        `name` if left out.
    licence : str
        Of the weights, as the hub calls it.

    Returns
    -------
    card : str

    Raises
    ------
    FileNotFoundError, ValueError
        As `SingerEncoder.from_hparams`.
    ValueError
        If there are no facts, or of no text, or no figures of this encoder.

    Example
    -------
    >>> card_head("synthetic").splitlines()[1]
    'license: apache-2.0'
    """
    title = name.rpartition("/")[2]
    column = column or title
    _check(measured, training, column)
    folder = Path(folder)  # that one, whatever bundled encoder has its name
    encoder = SingerEncoder.from_hparams(folder)
    weights = folder / WEIGHTS_FILE
    megabytes = weights.stat().st_size / 1e6 if weights.exists() else None
    sections = [
        card_head(name, licence),
        f"# {title}: who is singing?\n",
        _about(encoder, megabytes),
        _use(name, encoder),
        "## Training\n\n"
        + "\n".join(f"- {what}: {fact}" for what, fact in training.items()),
        _figures(measured, column),
        f"## What it must not be used for\n\n{_FORBIDDEN}",
        f"## Limits\n\n{_LIMITS}",
    ]
    return "\n\n".join(part.strip() for part in sections) + "\n"


def is_card_of(card, name, encoder):
    """Whether a card is of that encoder, its threshold and its name.

    What else stands there may be written by hand.

    Arguments
    ---------
    card : str
    name : str
    encoder : SingerEncoder

    Returns
    -------
    is_so : bool

    Example
    -------
    >>> from types import SimpleNamespace
    >>> encoder = SimpleNamespace(sha256="c847e49e", threshold=0.8876)
    >>> card = 'from_hparams("a/b"), threshold 0.888, SHA-256 c847e49e'
    >>> is_card_of(card, "a/b", encoder), is_card_of(card, "a/c", encoder)
    (True, False)
    """
    said = [f'"{name}"', encoder.sha256 or ""]
    if encoder.threshold is not None:
        said.append(_rounded(encoder.threshold))
    return all(text in card for text in said)


def card_head(name, licence="apache-2.0"):
    """The head that the hub reads.

    Arguments
    ---------
    name, licence : str
        As `model_card` takes them.

    Returns
    -------
    head : str
    """
    values = {
        "license": licence,
        "library_name": "speechbrain",
        "pipeline_tag": "feature-extraction",
        "tags": list(_TAGS),
        "metrics": ["eer"],
        "model_name": name.rpartition("/")[2],
    }
    return f"---\n{yaml.safe_dump(values, sort_keys=False)}---"


def _about(encoder, megabytes):
    parameters = sum(p.numel() for p in encoder.mods.encoder.parameters())
    compared = encoder.score.replace("_", " ")
    size = "" if megabytes is None else f", {megabytes:.1f} MB on disk"
    digest = f" Its SHA-256:\n`{encoder.sha256}`." if encoder.sha256 else ""
    return f"""\
## What it is

An encoder of singers for `speechbrain_singer`: a recording becomes a vector of
{encoder.dimension} dimensions, and those of two recordings of one singer are
similar, compared by {compared}. It hears audio at {encoder.sample_rate:,} Hz,
mono; {parameters / 1e6:.1f} million parameters{size}.{digest}"""


def _use(name, encoder):
    lines = [
        "from speechbrain_singer import SingerEncoder",
        "",
        f'encoder = SingerEncoder.from_hparams("{name}")',
        f'embedding = encoder.encode_file("a.wav")  # [{encoder.dimension}]',
    ]
    after = "It has no threshold of its own: calibrate it on your singers."
    if encoder.threshold is not None:
        lines.append(
            'score, same_singer = encoder.verify_files("a.wav", "b.wav")'
        )
        corpus = (encoder.calibration.get("set_on") or {}).get("corpus")
        set_on = f", set on {corpus}" if corpus else ""
        after = (
            f"Above a score of {_rounded(encoder.threshold)}{set_on}, two "
            "recordings count as one singer's. Calibrate it anew on singers "
            "like yours."
        )
    code = "\n".join(lines)
    return f"## Use\n\n```python\n{code}\n```\n\n{after}"


def _rounded(threshold):
    return f"{threshold:.3f}"


def _figures(measured, column):
    own = measured["encoders"][column]
    reports = {column: own} | measured["encoders"]  # it comes first
    corpus = measured.get("settings", {}).get("corpus", "a corpus")
    parts = [
        "## Figures",
        f"Equal error rates in % of {own['recordings']:,} recordings by "
        f"{own['singers']:,} singers ({corpus}), with 95 % intervals over "
        "singers.",
    ]
    for question, (heading, text) in QUESTIONS.items():
        if any(own[question].values()):
            table = robustness_table(
                reports, question, question != "conditions"
            )
            text = textwrap.fill(text, 80)
            parts += [f"### {heading}", text, markdown(table)]
    return "\n\n".join(parts)


def _check(measured, training, column):
    if not (isinstance(measured, dict) and measured.get("encoders")):
        raise ValueError(
            "measured: no 'encoders' in it: give what "
            "recipes/verification/robustness.py wrote as metrics.json"
        )
    if column not in measured["encoders"]:
        failures = "; ".join(measured.get("failures", ())) or "none"
        raise ValueError(
            f"measured: nothing of {column!r}, but of "
            f"{', '.join(measured['encoders'])}; name yours as `column` "
            f"(failures: {failures})"
        )
    if not training or not all(
        isinstance(fact, str) and fact for fact in training.values()
    ):
        raise ValueError(
            f"training: {training!r}: say what it was trained on, and how, as "
            "{'data': '...', 'objective': '...'}"
        )
