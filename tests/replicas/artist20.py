"""artist20-mp3s-32k.tgz, of four artists, a song of each album."""

from replicas import sing

# In the order of the albums' names, which is that of the split
ALBUMS = {
    "beatles": {
        "A_Hard_Day_s_Night": "12-You_Can_t_Do_That",
        "Abbey_Road": "02-Something",
        "Beatles_For_Sale": "06-Mr_Moonlight",
        "Magical_Mystery_Tour": "04-Blue_Jay_Way",
        "Revolver": "07-She_Said_She_Said",
        "The_White_Album_Disc_1": "04-Ob-La-Di_Ob-La-Da",
    },
    "green_day": {
        "American_Idiot": "01-American_Idiot",
        "Dookie": "01-Burnout",
        "Insomniac": "07-86",
        "Kerplunk": "10-No_One_Knows",
        "Nimrod": "18-Prosthetic_Head",
        "Warning": "10-Waiting",
    },
    "suzanne_vega": {
        "99_9_F_": "05-Blood_Sings",
        "Days_of_Open_Hand": "01-Tired_Of_Sleeping",
        "Nine_Objects_Of_Desire": "01-Birth-day",
        "Solitude_Standing": "04-In_The_Eye",
        "Songs_in_Red_and_Gray": "03-_I_ll_Never_Be_Your_Maggie_May",
        "Suzanne_Vega": "01-Cracking",
    },
    "u2": {
        "Achtung_Baby": "01-Zoo_Station",
        "October": "07-October",
        "The_Joshua_Tree": "03-With_or_Without_You",
        "The_Unforgettable_Fire": "08-Indian_Summer_Sky",
        "War": "02-Seconds",
        "Zooropa": "02-Babyface",
    },
}


def build(folder):
    """`artist20/mp3s-32k/<artist>/<album>/<number>-<title>.mp3`, and a list."""
    lines = []
    for singer, (artist, albums) in enumerate(ALBUMS.items()):
        for song, (album, track) in enumerate(albums.items()):
            name = f"{artist}/{album}/{track}"
            lines.append(name)
            path = folder / "artist20" / "mp3s-32k" / f"{name}.mp3"
            sing(path, singer=singer, song=song % 3, rate=16000)
    lists = folder / "artist20" / "lists"
    lists.mkdir()
    text = "\n".join([*lines, ""])
    (lists / "a20-all-tracks.list").write_text(text, encoding="utf-8")
