from speechbrain_singer.dataio.names import ByName, composed

ZOE, DECOMPOSED = "Zo\u00eb", "Zoe\u0308"


def test_both_forms_come_to_one():
    assert composed(DECOMPOSED) == composed(ZOE) == ZOE
    # Half-width letters, ligatures and other likenesses are other names
    assert composed("\ufb01") == "\ufb01"
    assert composed("a\udce9") == "a\udce9"  # not UTF-8 on the disk


def test_a_name_is_found_in_both_forms():
    for there in (ZOE, DECOMPOSED):
        names = ByName({there: 1, "bob": 0})
        assert [names.find(n) for n in (ZOE, DECOMPOSED, "bob")] == [1, 1, 0]
        assert names.find("Zoe") is None


def test_names_that_differ_in_their_form_only_are_told_apart():
    names = ByName({ZOE: 1, DECOMPOSED: 2})
    assert (names.find(ZOE), names.find(DECOMPOSED)) == (1, 2)
    # e + dot below + diaeresis, in an order that neither of them has
    both = ByName({"\u1eb9\u0308": 1, "\u00eb\u0323": 2})
    assert both.find("e\u0308\u0323") is None
