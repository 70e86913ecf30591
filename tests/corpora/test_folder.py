from speechbrain_singer.corpora.folder import list_recordings


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_the_first_level_is_the_singer(tmp_path):
    touch(tmp_path, "Ann/one.wav", "Ann/live/one.wav", "Bob/one.flac")
    found = {(row["singer"], row["song"]) for row in list_recordings(tmp_path)}
    assert found == {("Ann", "one"), ("Ann", "live/one"), ("Bob", "one")}


def test_a_flat_folder_has_no_singers(tmp_path):
    touch(tmp_path, "one.v2.wav", "two.ogg")
    rows = list_recordings(tmp_path)
    assert [row["singer"] for row in rows] == ["", ""]
    assert [row["song"] for row in rows] == ["one.v2", "two"]
