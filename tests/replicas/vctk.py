"""VCTK-Corpus-0.92.zip, of five speakers."""

from replicas import sing

# p280 has one microphone, p315 has no texts
SPEAKERS = ("p225", "p226", "p280", "p315", "s5")
INFO = """\
ID  AGE  GENDER  ACCENTS  REGION COMMENTS
p225  23  F    English    Southern  England
p226  22  M    English    Surrey
p280  25  F    Unknown    France (mic2 files unavailable)
p315  18  M    American   New  England (Text files unavailable)
s5    24  F    British
"""


def build(folder):
    """Two sentences each, by both microphones; texts, and who speaks."""
    for number, speaker in enumerate(SPEAKERS):
        for sentence in ("001", "002"):
            name = f"{speaker}_{sentence}"
            audio = folder / "wav48_silence_trimmed" / speaker
            for microphone in ("mic1", "mic2")[: 1 + (speaker != "p280")]:
                sing(
                    audio / f"{name}_{microphone}.flac",
                    singer=number,
                    song=int(sentence),
                    rate=48000,
                )
            if speaker != "p315":
                text = folder / "txt" / speaker / f"{name}.txt"
                text.parent.mkdir(parents=True, exist_ok=True)
                text.write_text("Please call Stella.\n")
    (folder / "wav48_silence_trimmed" / "log.txt").touch()
    (folder / "speaker-info.txt").write_text(INFO)
    (folder / "update.txt").touch()
