"""VocalSet: 20 professional singers, 17 techniques on scales and excerpts.

Wilkins, Seetharaman, Wahl and Pardo, "VocalSet: A Singing Voice Dataset",
ISMIR 2018. https://doi.org/10.5281/zenodo.1442513, licence CC BY 4.0.

The layout was read in public code. VocalSet.zip and VocalSet11.zip have the
tree FULL (MARBLE and DeformableMIR, which also name the files below that are
misnamed or left out); VocalSet1-2.zip has each file three times, in
data_by_singer, data_by_technique and data_by_vowel. Not verified: how deep
the latter two are, so folders are known by their names and not by their depth.
"""

import os
import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.tree import find_audio

logger = get_logger(__name__)

# Of the trees that hold the same audio one is taken, the first that is there
TREES = ("full", "data_by_singer", "data_by_technique", "data_by_vowel")
TECHNIQUES = (
    "belt breathy fast_forte fast_piano forte inhaled lip_trill messa pp "
    "slow_forte slow_piano spoken straight trill trillo vibrato vocal_fry"
).split()
# Those that are told apart, as others order them (Yamamoto, APSIPA 2023)
CLASSES = (
    "belt breathy inhaled lip_trill spoken straight trill trillo vibrato "
    "vocal_fry"
).split()
# Of a folder, and of male8's files of slow and loud scales
MISSPELT = {"vibrado": "vibrato", "sow_forte": "slow_forte"}
CONTEXTS = ("arpeggios", "excerpts", "long_tones", "scales")
SHORT = {"arps": "arpeggios", "long": "long_tones"}  # in names of files
VOWELS = tuple("aeiou")
EXCERPTS = ("caro", "dona", "row")
SINGERS = [f"f{n}" for n in range(1, 10)] + [f"m{n}" for n in range(1, 12)]
# test_singers_technique.txt; all others are in train_singers_technique.txt
TEST_SINGERS = ("f2", "f8", "m3", "m5", "m10")
RECORDINGS = 3606  # data_by_singer has 3613, and 7 are left out
# The files whose names lack the singer, who does not stand in each tree
NAMELESS = {
    "arps_c_fast_piano": "m3",
    "arps_fast_piano_c": "f9",
    "fast_piano_arps_f": "f2",
    "lip_trill_arps": "f2",
    "row_straight": "m8",
    "scales_fast_piano_f": "f3",
    "scales_lip_trill": "m3",
    "scales_vocal_fry": "f2",
}
NAMELESS |= {
    f"{exercise}_{vowel}": singer
    for exercise, singer in (
        ("arpeggios_straight", "f4"),
        ("scales_straight", "f4"),
        ("scales_c_fast_piano", "m10"),
        ("scales_f_fast_piano", "m10"),
    )
    for vowel in VOWELS
}
LEFT_OUT = ("caro_vibrato", "dona_vibrato", "row_vibrato", "slow_vibrato_arps")


def list_recordings(data_folder):
    """Lists the recordings of VocalSet, each once.

    Arguments
    ---------
    data_folder : str or Path
        Where an archive of it was unpacked: 1.2, or one of those before.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (f1 to f9, m1 to m11), `sex`, `technique`,
        `context`, `song` (the excerpt, or the context), `vowel` ("" in
        excerpts) and `split` (train or test, the authors' for techniques);
        or, of what cannot be used, `path` and `reason`: copies, and what MARBLE
        leaves out.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of VocalSet.

    Example
    -------
    >>> tree = getfixture("tmp_path") / "FULL" / "male10"
    >>> path = tree / "scales" / "belt" / "m10_scales_belt_a.wav"
    >>> path.parent.mkdir(parents=True)
    >>> path.touch()
    >>> recording, = list_recordings(getfixture("tmp_path"))
    >>> recording["singer"], recording["technique"], recording["split"]
    ('m10', 'belt', 'test')
    """
    root = Path(os.path.abspath(data_folder))
    audio = find_audio(root)
    tree, paths = _one_tree(root, audio.paths)
    names = {path.stem for path in paths}
    recordings, firsts, foreign = [], {}, []
    for path in paths:
        folders = [part.lower() for part in path.relative_to(root).parts[:-1]]
        row = _parse(folders, path.stem, names)
        if row:
            # Two archives may have been unpacked, with a tree FULL each
            first = firsts.setdefault((path.name, *row.items()), path)
            if first != path:
                row = {"reason": f"a copy: of {first}"}
            recordings.append({"path": str(path), **row})
        else:
            foreign.append(path)
    if not recordings:
        raise FileNotFoundError(
            f"{root}: none of {len(paths)} audio files is named as those of "
            f"VocalSet are (such as {paths[0].name!r}); unpack VocalSet1-2.zip "
            "of https://doi.org/10.5281/zenodo.1442513 there"
        )
    if foreign:
        logger.warning(
            "%s: %d files that are not named as those of VocalSet are (such "
            "as %r) left out",
            *(root, len(foreign), foreign[0].name),
        )
    count = RECORDINGS if tree == "data_by_singer" else None
    report_missing(root, recordings, SINGERS, count)
    return recordings + audio.skipped


def _one_tree(root, paths):
    """The name of the tree that is taken, its files, and those of no tree."""
    trees = {}
    for path in paths:
        folders = {part.lower() for part in path.relative_to(root).parts[:-1]}
        name = next((tree for tree in TREES if tree in folders), "")
        trees.setdefault(name, []).append(path)
    chosen = next((tree for tree in TREES if tree in trees), "")
    taken = {chosen, ""}
    copies = sum(len(trees[tree]) for tree in trees if tree not in taken)
    if copies:
        logger.info(
            "%s: %d files of other trees are copies: not listed", root, copies
        )
    return chosen, sorted(p for t in taken for p in trees.get(t, []))


def _parse(folders, stem, names):
    """The labels of a file, or why it is left out; None if it is foreign."""
    original = stem.removesuffix("(1)")
    # One name has a space too many
    name = re.sub(r"[ _]+", "_", original.lower())
    if name in LEFT_OUT:
        return {"reason": "left out, as MARBLE does: its name lacks the singer"}
    labels = {
        "singer": _singer(folders, name),
        "technique": _technique(folders, name),
        "context": _context(name),
    }
    if None in labels.values():
        return None
    if original != stem and original in names:
        return {"reason": f"a copy: of {original}"}
    words = name.split("_")
    excerpts = [word for word in words if word in EXCERPTS]
    return labels | {
        "sex": "male" if labels["singer"][0] == "m" else "female",
        "song": excerpts[0] if excerpts else labels["context"],
        "vowel": words[-1] if words[-1] in VOWELS else "",
        "split": "test" if labels["singer"] in TEST_SINGERS else "train",
    }


def _singer(folders, name):
    """A folder is right where it differs: male8 has a file named m9_..."""
    for folder in reversed(folders):
        match = re.fullmatch(r"(f)emale(\d+)|(m)ale(\d+)", folder)
        if match:
            return _known("".join(filter(None, match.groups())))
    match = re.match(r"[fm]\d+(?=_)", name)
    return _known(match[0]) if match else NAMELESS.get(name)


def _known(singer):
    return singer if singer in SINGERS else None


def _technique(folders, name):
    for folder in reversed(folders):
        folder = MISSPELT.get(folder, folder)
        if folder in TECHNIQUES:
            return folder
    # Slow_forte before forte
    for word in sorted([*TECHNIQUES, *MISSPELT], key=len, reverse=True):
        if f"_{word}_" in f"_{name}_":
            return MISSPELT.get(word, word)
    return None


def _context(name):
    for word in name.split("_"):
        word = "excerpts" if word in EXCERPTS else SHORT.get(word, word)
        if word in CONTEXTS:
            return word
    return None
