"""VCTK 0.92: 110 speakers of English, about 400 sentences each.

Yamagishi, Veaux and MacDonald, "CSTR VCTK Corpus: English Multi-speaker Corpus
for CSTR Voice Cloning Toolkit (version 0.92)", University of Edinburgh, 2019.
VCTK-Corpus-0.92.zip from https://datashare.ed.ac.uk/handle/10283/3443, licence
CC BY 4.0.

Speech, to compare singing with. The layout, and what is irregular about it, was
read in torchaudio's VCTK_092; the speakers in vctk-silence-labels of
nii-yamagishilab, which lists all but p315, who has no texts, and s5. Not
verified: how many files of each microphone there are.
"""

import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named

logger = get_logger(__name__)

MICROPHONES = ("mic1", "mic2")
SPEAKER_INFO = "speaker-info.txt"
SEXES = {"F": "female", "M": "male"}
NUMBERS = (
    "225 226 227 228 229 230 231 232 233 234 236 237 238 239 240 241 243 "
    "244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 259 260 "
    "261 262 263 264 265 266 267 268 269 270 271 272 273 274 275 276 277 "
    "278 279 280 281 282 283 284 285 286 287 288 292 293 294 295 297 298 "
    "299 300 301 302 303 304 305 306 307 308 310 311 312 313 314 315 316 "
    "317 318 323 326 329 330 333 334 335 336 339 340 341 343 345 347 351 "
    "360 361 362 363 364 374 376"
).split()
SPEAKERS = [*(f"p{number}" for number in NUMBERS), "s5"]
WITHOUT_MIC2 = "p280"


def list_recordings(data_folder, microphone="mic1"):
    """Lists the sentences of VCTK by one of the two microphones.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked: `wav48_silence_trimmed/<speaker>` with
        `<speaker>_<sentence>_mic1.flac` and `_mic2.flac`. The ending is free.
    microphone : str
        `mic1`, or `mic2`, which lacks p280.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the speaker), `song` (the number of the
        sentence), and of speaker-info.txt `sex` and `accent`, "" if it does not
        tell; or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of that microphone.
    ValueError
        If there is no such microphone.

    Example
    -------
    >>> path = getfixture("tmp_path") / "p225" / "p225_001_mic1.flac"
    >>> path.parent.mkdir()
    >>> path.touch()
    >>> recording, = list_recordings(path.parents[1])
    >>> recording["singer"], recording["song"], recording["accent"]
    ('p225', '001', '')
    """
    if microphone not in MICROPHONES:
        raise ValueError(
            f"microphone is {microphone!r}; there are {', '.join(MICROPHONES)}"
        )
    rows, skipped = find_named(
        data_folder,
        _labels,
        "VCTK 0.92",
        "unpack VCTK-Corpus-0.92.zip of "
        "https://datashare.ed.ac.uk/handle/10283/3443 there",
    )
    known = _speaker_info(rows[0]["path"], data_folder)
    unknown = {"sex": "", "accent": ""}
    recordings = [
        row | known.get(row["singer"], unknown)
        for row in rows
        if row.pop("microphone") == microphone
    ]
    if not recordings:
        raise FileNotFoundError(
            f"{data_folder}: no recording by {microphone}, only by the other "
            "microphone"
        )
    absent = {WITHOUT_MIC2} if microphone == "mic2" else set()
    report_missing(data_folder, recordings, set(SPEAKERS) - absent)
    return recordings + skipped


def _labels(path):
    match = re.fullmatch(r"(p\d+|s5)_(\d+)_(mic[12])", path.stem.lower())
    names = "singer", "song", "microphone"
    return match and dict(zip(names, match.groups(), strict=True))


def _speaker_info(audio_file, data_folder):
    """Speaker -> sex and accent, from the file in a folder above the audio."""
    for folder in Path(audio_file).parents[:4]:
        path = folder / SPEAKER_INFO
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            return dict(filter(None, map(_parse, text.splitlines())))
    logger.warning(
        "%s: no %s: sex and accent are unknown", data_folder, SPEAKER_INFO
    )
    return {}


def _parse(line):
    """A speaker, sex and accent; None if it is the head, or blank."""
    fields = line.split()
    if len(fields) < 3 or fields[0] == "ID":
        return None
    speaker, _, sex, *rest = fields
    speaker = f"p{speaker}" if speaker.isdecimal() else speaker
    accent = rest[0] if rest else ""
    return speaker, {"sex": SEXES.get(sex, ""), "accent": accent}
