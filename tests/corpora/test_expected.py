from speechbrain_singer.corpora.expected import report_missing


def rows(*singers):
    return [{"path": f"{name}.wav", "singer": name} for name in singers]


def test_a_whole_corpus_is_not_mentioned(caplog):
    assert report_missing("here", rows("a", "a", "b"), ["b", "a"], 3)
    assert caplog.messages == []


def test_missing_singers_and_files_are_told(caplog):
    unusable = {"path": "c.wav", "reason": "too short", "singer": "c"}
    found = [*rows("a", "b"), unusable]
    assert not report_missing("here", found, "abcd", 40)
    (warning,) = caplog.messages
    assert warning.startswith("here: ")
    assert "2 of 40 recordings" in warning
    assert "2 of 4 singers are missing: c, d" in warning


def test_many_names_are_cut(caplog):
    report_missing("here", rows("a"), [f"s{n:02d}" for n in range(30)])
    (warning,) = caplog.messages
    assert "s19, ..." in warning and "s20" not in warning


def test_what_is_too_much_is_told(caplog):
    assert report_missing("here", rows("a", "b"), count=1)
    (warning,) = caplog.messages
    assert "2 recordings, more than the 1" in warning
