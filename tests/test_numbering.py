import numpy as np

from speechbrain_singer.numbering import numbered, sorted_numbers


def test_numbers_come_in_the_order_of_first_appearance():
    numbers = numbered(["b", "a", "b", "c", "a"])
    assert numbers.tolist() == [0, 1, 0, 2, 1]
    assert numbers.dtype == np.int32


def test_whatever_a_dictionary_takes_is_numbered():
    values = ((singer, 1) for singer in "aba")
    assert numbered(values).tolist() == [0, 1, 0]


def test_sorted_numbers_lead_back_to_their_values():
    values = ["Zoe", "ann", "Ännchen", "ann", ""]
    names, numbers = sorted_numbers(values)
    assert names == sorted(set(values))
    assert [names[number] for number in numbers] == values


def test_numbers_are_sorted_as_numbers():
    assert sorted_numbers([10, 9, 10])[0] == [9, 10]


def test_of_nothing_there_is_nothing():
    assert numbered([]).size == 0
    names, numbers = sorted_numbers([])
    assert names == [] and numbers.size == 0
