import pytest

import speechbrain_singer
from speechbrain_singer.inference import encoder, transcriber


def test_what_the_package_hands_on():
    assert speechbrain_singer.SingerEncoder is encoder.SingerEncoder
    assert (
        speechbrain_singer.SingingTranscriber is transcriber.SingingTranscriber
    )
    with pytest.raises(AttributeError, match="has no attribute 'Singer'"):
        _ = speechbrain_singer.Singer
