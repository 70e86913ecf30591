"""The card that an encoder is published with: the one there, or a new one."""

from pathlib import Path

import yaml

from speechbrain_singer.dataio.files import read_json
from speechbrain_singer.evaluation.encoders import short_name
from speechbrain_singer.inference.source import CARD_FILE
from speechbrain_singer.reports.model_card import is_card_of, model_card

_REMEDY = (
    "give --measured (metrics.json of recipes/verification/robustness.py) "
    "and --facts (a YAML file: licence, data, objective, ...), and one is "
    "written"
)


def card_to_publish(folder, repository, encoder, measured=None, facts=None):
    """The text of an encoder's card.

    A card that is of this encoder stays as it is, unless there are figures and
    facts for a new one.

    Arguments
    ---------
    folder : str or Path
    repository : str
        owner/name
    encoder : SingerEncoder
        Of the folder.
    measured : str or Path, optional
        The `metrics.json` of `recipes/verification/robustness.py`, whose
        `--encoder` was this one.
    facts : str or Path, optional
        A YAML file, see `read_facts`.

    Returns
    -------
    card : str

    Raises
    ------
    OSError
        If a file cannot be read.
    ValueError
        If there is no card of this encoder, and not all that a new one needs;
        or something is wrong with that.
    """
    if measured and facts:
        licence, training = read_facts(facts)
        figures = read_json(measured, "measure the encoder anew")
        encoder_measured = figures.get("settings", {}).get("encoder", "")
        return model_card(
            *(folder, repository, figures, training),
            column=short_name(encoder_measured) if encoder_measured else None,
            licence=licence,
        )
    path = Path(folder, CARD_FILE)
    if not path.exists():
        raise ValueError(f"{folder}: has no model card: {_REMEDY}")
    card = path.read_text(encoding="utf-8")
    if not is_card_of(card, repository, encoder):
        raise ValueError(
            f"{path}: does not name {repository}, the encoder's SHA-256 and "
            f"its threshold, so it is another one's: {_REMEDY} in its place"
        )
    return card


def read_facts(path):
    """What only the person knows who trained an encoder.

    Arguments
    ---------
    path : str or Path
        A YAML file of texts: `licence`, as the hub calls it; `data`, what it
        was trained on; and whatever else there is to say.

    Returns
    -------
    licence : str
    facts : dict of str to str

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no YAML of texts, or lacks one of the two.

    Example
    -------
    >>> path = getfixture("tmp_path") / "facts.yaml"
    >>> _ = path.write_text("licence: cc-by-4.0\\ndata: VocalSet")
    >>> read_facts(path)
    ('cc-by-4.0', {'data': 'VocalSet'})
    """
    try:
        facts = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        facts = {name: str(fact) for name, fact in facts.items()}
    except (AttributeError, UnicodeError, yaml.YAMLError) as error:
        raise ValueError(
            f"{path}: no YAML of lines like 'data: VocalSet' ({error})"
        ) from error
    for name in ("licence", "data"):
        if not facts.get(name):
            raise ValueError(
                f"{path}: no {name!r}: say it in a line of its own"
            )
    return facts.pop("licence"), facts
