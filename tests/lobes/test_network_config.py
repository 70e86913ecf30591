import pytest

from speechbrain_singer.lobes.network_config import check_config, plain_config

ALLOWED = {
    **{"layers": 64, "dropout": 1.0, "bias": bool, "act": str},
    "strides": [8],
}


def test_what_is_allowed():
    check_config({}, ALLOWED)
    check_config(
        {
            **{"layers": 64, "dropout": 1, "bias": False, "act": "gelu"},
            "strides": [1, 8],
        },
        ALLOWED,
    )


@pytest.mark.parametrize(
    "config, message",
    [
        ({"layers": 65}, "layers: 65"),
        ({"layers": 1.5}, "layers: 1.5"),
        ({"layers": None}, "layers: None"),
        ({"layers": True}, "layers: True"),
        ({"dropout": -0.1}, "dropout: -0.1"),
        ({"dropout": float("nan")}, "dropout: nan"),
        ({"bias": 1}, "bias: 1: must be a bool"),
        ({"act": ["gelu"]}, "act: .*must be a str"),
        ({"strides": 2}, "strides: 2: must be a list"),
        ({"strides": [0]}, "strides: 0"),
        ({"strides": [9]}, "strides: 9"),
        ({"strides": [[1]]}, r"strides: \[1\]"),
        ({"strides": [1] * 17}, "a list of 16 at most"),
        ({"path": "/tmp"}, "path: no setting of such a network"),
        ("a/b", "must be settings by name"),
        ([1], "must be settings by name"),
    ],
)
def test_what_is_refused(config, message):
    with pytest.raises(ValueError, match=message):
        check_config(config, ALLOWED)


def test_what_a_library_says_more_is_left_out():
    class Config:
        layers, dropout, strides, path = 2, None, (5, 2), "/tmp"

    assert plain_config(Config, ALLOWED) == {"layers": 2, "strides": [5, 2]}
