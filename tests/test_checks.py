import math
from fractions import Fraction

import numpy as np
import pytest

from speechbrain_singer.checks import check_number, check_whole


@pytest.mark.parametrize("number", [1, 3, np.int64(2)])
def test_whole_numbers(number):
    check_whole("size", number, least=1, most=3)


@pytest.mark.parametrize(
    "number", [0, 4, 2.0, math.nan, True, "2", None, 10**999]
)
def test_what_is_no_whole_number_between(number):
    with pytest.raises(ValueError, match=r"size: .*, 1 at least and 3 at most"):
        check_whole("size", number, least=1, most=3)


@pytest.mark.parametrize("number", [0.5, 3, np.float32(2), Fraction(1, 3)])
def test_numbers(number):
    check_number("lr", number, least=0, above=True, most=3)


@pytest.mark.parametrize(
    "number", [0, -1, 3.1, math.nan, math.inf, 10**999, True, "2", None]
)
def test_what_is_no_number_between(number):
    with pytest.raises(ValueError, match=r"lr: .* above 0 and 3 at most"):
        check_number("lr", number, least=0, above=True, most=3)


def test_bounds_that_there_are_not():
    with pytest.raises(ValueError, match=r"gain: nan: must be a .* number$"):
        check_number("gain", math.nan, least=-math.inf)


def test_no_infinity_without_a_bound():
    with pytest.raises(ValueError, match="lr: inf: must be a finite number"):
        check_number("lr", math.inf, least=0)
