"""VocalSet1-2.zip: the same audio in three trees, with its misnamed files."""

import shutil

from replicas import sing

# Singer's folder, context, folder of the technique, name, number of singer
FILES = (
    ("female1", "arpeggios", "belt", "f1_arpeggios_belt_c_a", 0),
    ("female1", "excerpts", "straight", "f1_caro_straight", 0),
    ("female2", "arpeggios", "vibrado", "f2_arpeggios_vibrato_a", 2),
    ("female2", "arpeggios", "vibrado", "slow_vibrato_arps", 2),
    ("female2", "scales", "straight", "f2_scales_straight_u", 2),
    ("female2", "scales", "straight", "f2_scales_straight_u(1)", 2),
    ("male4", "excerpts", "spoken", "m4_ row_spoken", 1),
    ("male4", "long_tones", "trillo", "m4_long_trillo_e", 1),
    ("male8", "excerpts", "vibrato", "m9_caro_vibrato", 3),
    ("male8", "scales", "slow_forte", "m8_scales_c_sow_forte_a", 3),
    ("male10", "excerpts", "vibrato", "caro_vibrato", 5),
    ("male10", "excerpts", "straight", "m10_dona_straight", 5),
    ("male10", "scales", "fast_piano", "scales_f_fast_piano_o", 5),
)


def build(folder):
    """Files of five singers, up to three times; texts and hidden files."""
    root = folder / "VocalSet1-2"
    for singer, context, technique, name, number in FILES:
        path = root / "data_by_singer" / singer / context / technique
        path /= f"{name}.wav"
        sing(path, singer=number, song=len(name))
        copies = [root / "data_by_technique" / technique / path.name]
        if name[-1] in "aeiou" and name[-2] == "_":
            copies.append(root / "data_by_vowel" / name[-1] / path.name)
        for copy in copies:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    (root / "DataSetVocalises.pdf").touch()
    (root / "readme-anon.txt").touch()
    (root / "train_singers_technique.txt").write_text("female1\nmale4\n")
    (root / "test_singers_technique.txt").write_text("female2\nmale10\n")
    hidden = folder / "__MACOSX" / "VocalSet1-2" / "._f1_caro_straight.wav"
    hidden.parent.mkdir(parents=True)
    hidden.touch()
