from speechbrain_singer.reports.tables import latex, markdown


def test_a_name_with_a_line_break_stays_in_its_cell():
    table = [["encoder", "EER"], ["a\nb|c", "9.0"]]
    assert markdown(table).splitlines()[2] == r"| a b\|c | 9.0 |"


def test_dollars_are_no_mathematics():
    assert r"A\$AP Ke\$ha" in latex([["singer"], ["A$AP Ke$ha"]])
