import pytest

from speechbrain_singer.dataio.splits import Split


def ids(parts):
    return {name: [row["ID"] for row in rows] for name, rows in parts.items()}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"singer": "a"}], "part is None; a published split has train"),
        ([{"singer": "a", "part": ""}], "part: nothing trains"),
        (
            [{"singer": "a", "part": "dev", "wav": "/a.wav"}],
            "/a.wav: part is 'dev'",
        ),
        ([{"singer": "a", "part": "test"}], "part: nothing trains"),
    ],
)
def test_published_parts_that_are_none(rows, message):
    with pytest.raises(ValueError, match=message):
        Split(published="part").parts(rows)


def test_published_parts(caplog):
    names = ["train", "test", "valid", "train", "test", "train", ""]
    rows = [{"ID": f"a{k}", "part": name} for k, name in enumerate(names)]
    assert ids(Split(published="part").parts(rows)) == {
        "train": ["a0", "a3", "a5"],
        "valid": ["a2"],
        "test": ["a1", "a4"],
    }
    (warning,) = caplog.messages
    assert "1 of 7 recordings are in no part of part" in warning


def test_of_several_corpora_one_may_have_published_none(caplog):
    rows = [{"ID": "a", "part": "train"}, {"ID": "b", "singer": "b"}]
    parts = Split(0, published="part").parts(rows)
    assert ids(parts) == {"train": ["a"], "valid": [], "test": []}
    assert "1 of 2 recordings are in no part of part" in caplog.text


def test_validation_is_drawn_where_none_is_published():
    rows = [
        {"ID": f"{s}{k}", "singer": s, "part": "test" if s == "f" else "train"}
        for s in "abcdef"
        for k in "12"
    ]
    parts = Split(valid_singers=2, test_singers=0.5, published="part").parts(
        rows
    )
    assert ids(parts)["test"] == ["f1", "f2"]
    singers = {
        name: {r["singer"] for r in part} for name, part in parts.items()
    }
    assert len(singers["valid"]) == 2 and len(singers["train"]) == 3
    assert not singers["valid"] & singers["train"]
    assert Split(0, published="part").parts(rows)["valid"] == []


def test_singers_of_a_closed_set_are_told(caplog):
    names = {"a": "train valid", "b": "train test", "c": "train", "": "train"}
    rows = [
        {"ID": f"{singer}{part}", "singer": singer, "part": part}
        for singer, parts in names.items()
        for part in parts.split()
    ]
    Split(published="part").parts([*rows, rows[-1] | {"part": "test"}])
    (warning,) = caplog.messages
    assert warning.startswith("part: 2 of 3 singers who train are in valid")


@pytest.fixture
def a_list(tmp_path):
    path = tmp_path / "parts.csv"
    path.write_text("ID,part\nZoe\u0308,train\nb,valid\nc,test\nx,test\n")
    return path


def test_a_list_says_the_parts(a_list, caplog):
    rows = [{"ID": name} for name in ("c", "Zo\xeb", "b", "d")]
    parts = Split(published=str(a_list)).parts(rows)
    assert ids(parts) == {"train": ["Zo\xeb"], "valid": ["b"], "test": ["c"]}
    missing, left_out = caplog.messages
    assert "1 of 4 recordings are not there, such as 'x'" in missing
    assert "1 of 4 recordings are in no part" in left_out


def test_a_changed_list_is_another_split(a_list):
    split = Split(published=str(a_list))
    before = split.described()
    assert split.described() == before
    a_list.write_text("ID,part\nb,train\n")
    assert split.described() != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ID,part\na,dev\n", r"parts.csv, line 2: the part 'dev'"),
        ("ID,part\na,test\na,train\n", "line 3: 'a' is in another part"),
        ("name,part\na,test\n", "no column ID"),
        ("ID,part\nb,test\n", "nothing trains"),
    ],
)
def test_a_list_that_is_none_is_named(a_list, text, message):
    a_list.write_text(text)
    with pytest.raises(ValueError, match=message):
        Split(published=str(a_list)).parts([{"ID": "a"}, {"ID": "b"}])
