"""DagstuhlChoirSet_V1.2.3.zip: two takes and a solo, half of the choir."""

from itertools import product

from replicas import sing
from replicas.mirdata_index import write_index

TAKES = {
    "DCS_LI_FullChoir_Take01": ("A1", "B1", "B2", "S1"),
    "DCS_TP_FullChoir_Take03": ("A1", "B1", "B2", "S1"),
    "DCS_LI_QuartetA_Solo03": ("A1",),
    "DCS_SE_QuartetA_CadenceMajor05": ("B1",),
}
MISSING = "DCS_SE_QuartetA_CadenceMajor05"
AUDIO = "audio_wav_22050_mono"
FOLDER = "DagstuhlChoirSet_V1.2.3"
RATE = 22050
KINDS = "f0_crepe_dyn f0_crepe_hsm f0_crepe_lrx f0_pyin_dyn f0_pyin_hsm "
KINDS += "f0_pyin_lrx f0_manual_lrx score"


def build(folder):
    """As the archive unpacks, in a folder of its own."""
    tracks = {
        f"{take}_{singer}": files_of(f"{take}_{singer}", singer)
        for take, singers in TAKES.items()
        for singer in singers
    }
    mixed = {take: mixes_of(take, tracks) for take in TAKES}
    name = "dagstuhl_choirset_index_1.2.3.json"
    write_index(folder / name, tracks, mixed)
    home = folder / FOLDER
    everybody = ("A1", "B1", "B2", "S1")
    for take, singers in TAKES.items():
        if take != MISSING:
            sing(home / mixed[take]["audio_stm"], rate=RATE)
            song = int(take.startswith("DCS_TP"))
            for singer, mic in product(singers, ("DYN", "LRX")):
                path = home / AUDIO / f"{take}_{singer}_{mic}.wav"
                number = everybody.index(singer)
                sing(path, singer=number, song=song, rate=RATE)


def files_of(name, singer):
    """What mirdata's index says of a singer without a headset."""
    audio = {
        f"audio_{mic.lower()}": f"{AUDIO}/{name}_{mic}.wav"
        for mic in ("DYN", "HSM", "LRX")
    }
    return dict.fromkeys(KINDS.split()) | audio | {"audio_hsm": None}


def mixes_of(take, tracks):
    kinds = {"stm": "Stereo_STM", "stl": "Stereo_STL", "str": "Stereo_STR"}
    files = {f"audio_{k}": f"{AUDIO}/{take}_{v}.wav" for k, v in kinds.items()}
    files["audio_rev"] = f"{AUDIO}/{take}_StereoReverb_STM.wav"
    files |= dict.fromkeys(["audio_spl", "audio_spr", "beat"])
    return files | {"tracks": [name for name in tracks if take in name]}
