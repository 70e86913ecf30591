import pytest

from speechbrain_singer.reports.pictures import (
    LONGEST,
    name_legend,
    name_lines,
    picture,
    shown_name,
)

ODD = ["_bob", "__", "A$AP Ke$ha", "$x_1^$", "Zo\u00eb", "", "ann"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("new\nline", "new line"),
        (" a\t\r\nb\x00c\x9f", "a b c"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("=1+1", "=1+1"),
    ],
)
def test_names_are_on_one_line(name, shown):
    assert shown_name(name) == shown


def test_long_names_keep_both_ends():
    shown = shown_name("begin " + 120 * "x" + " the end")
    assert len(shown) == LONGEST
    assert shown.startswith("begin xx") and shown.endswith("the end")
    assert shown_name("x" * LONGEST) == "x" * LONGEST


def test_every_name_stands_in_a_legend_as_it_is(tmp_path):
    with picture(tmp_path / "a.png", 3, 3) as figure:
        axis = figure.subplots()
        dots = [axis.scatter([0], [0]) for _ in ODD]
        name_legend(axis, dots, ODD)
    texts = axis.get_legend().get_texts()
    assert [text.get_text() for text in texts] == ODD
    assert not any(text.get_parse_math() for text in texts)


def test_names_of_lines_are_no_formulas(tmp_path):
    with picture(tmp_path / "a.png", 3, 3) as figure:
        axis = figure.subplots()
        name_lines(axis, ODD, 8)
        axis.set_title("$a_{")  # which is no formula at all
    for texts in (axis.get_xticklabels(), axis.get_yticklabels()):
        assert [text.get_text() for text in texts] == ODD
        assert not any(text.get_parse_math() for text in texts)


def test_a_picture_is_whole_or_the_former_one(tmp_path):
    path = tmp_path / "Ke$ha.png"
    with picture(path, 2, 2):
        pass
    former = path.read_bytes()
    assert former.startswith(b"\x89PNG")
    with pytest.raises(ZeroDivisionError), picture(path, 3, 3):
        raise ZeroDivisionError
    with pytest.raises(TypeError), picture(path, 3, 3) as figure:
        figure.savefig = None
    assert path.read_bytes() == former
    assert [p.name for p in tmp_path.iterdir()] == ["Ke$ha.png"]


@pytest.mark.parametrize("ending", ["svg", "pdf"])
def test_the_ending_says_the_format(tmp_path, ending):
    with picture(tmp_path / f"a.{ending}", 2, 2):
        pass
    start = {"svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert (tmp_path / f"a.{ending}").read_bytes().startswith(start)
