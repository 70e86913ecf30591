"""CSD, two songs of each language."""

from itertools import product

from replicas import sing

FOLDERS = {"english": "en", "korean": "kr"}
NOTES = "start,end,pitch,syllable\n0.10,0.45,60,t_w_i_ng\n0.50,0.95,67,k_eo_l\n"


def build(folder):
    """With all the annotations."""
    for (language, prefix), song, key in product(
        FOLDERS.items(), (1, 2), ("a", "b")
    ):
        name = f"{prefix}{song:03d}{key}"
        sing(folder / language / "wav" / f"{name}.wav", song=song)
        texts = {
            f"csv/{name}.csv": NOTES,
            f"mid/{name}.mid": "",
            f"lyric/{name}.txt": "twinkle",
            f"txt/{name}.txt": "t_w_i_ng k_eo_l",
            "metadata.json": "{}",
        }
        for path, text in texts.items():
            (folder / language / path).parent.mkdir(exist_ok=True)
            (folder / language / path).write_text(text)
