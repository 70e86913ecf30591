"""OpenSinger: Chinese songs in phrases, sung by 28 men and 48 women.

Huang, Chen, Ren, Liu, Cui and Zhao, "Multi-Singer: Fast Multi-Singer Singing
Voice Vocoder With A Large-Scale Corpus", ACM Multimedia 2021. The layout is
that of Amphion (egs/datasets/README.md, preprocessors/opensinger.py); that the
men are 0 to 27 and the women 0 to 47 is what public scripts that sort the
archive have. The licence lies in the archive (LICENSE).
"""

import re

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named

SEXES = {"manraw": ("man", "male"), "womanraw": ("woman", "female")}
SINGERS = [f"man_{n}" for n in range(28)] + [f"woman_{n}" for n in range(48)]
REMEDY = (
    "unpack OpenSinger there, so that it holds ManRaw and WomanRaw; see "
    "https://github.com/Multi-Singer/Multi-Singer.github.io"
)


def list_recordings(data_folder):
    """Lists the phrases of OpenSinger.

    They lie in `ManRaw/<singer>_<song>/<singer>_<song>_<phrase>.wav`, and
    those of the women in `WomanRaw`. Men and women are counted separately, so
    that the singer 3 is two people: `man_3` and `woman_3`.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked; folders between do not matter.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `sex`, `song` (its title) and `phrase` (its
        number); or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of OpenSinger.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "WomanRaw" / "12_secret"
    >>> folder.mkdir(parents=True)
    >>> (folder / "12_secret_0.wav").touch()
    >>> recording, = list_recordings(folder.parents[1])
    >>> recording["singer"], recording["sex"], recording["song"]
    ('woman_12', 'female', 'secret')
    """
    recordings, skipped = find_named(data_folder, _labels, "OpenSinger", REMEDY)
    report_missing(data_folder, recordings, SINGERS)
    return recordings + skipped


def _labels(path):
    # A title may have underscores itself
    match = re.fullmatch(r"(\d+)_(.+)_(\d+)", path.stem)
    found = [part for part in path.parts[:-1] if part.lower() in SEXES]
    if not (match and found):
        return None
    singer, song, phrase = match.groups()
    prefix, sex = SEXES[found[-1].lower()]
    return {
        "singer": f"{prefix}_{int(singer)}",
        "sex": sex,
        "song": song,
        "phrase": phrase,
    }
