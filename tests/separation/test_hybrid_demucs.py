from urllib.error import URLError

import pytest
import torch
from torchaudio.models import HDemucs
from torchaudio.pipelines import HDEMUCS_HIGH_MUSDB_PLUS as BUNDLE

from speechbrain_singer.separation.by_segments import BySegments
from speechbrain_singer.separation.hybrid_demucs import HybridDemucs
from speechbrain_singer.separation.loading import load_separator
from speechbrain_singer.separation.overlap import Segments


@pytest.fixture
def bundle(monkeypatch):
    """Says what the published bundle returns."""

    def bundle(get_model):
        monkeypatch.setattr(type(BUNDLE), "get_model", lambda self: get_model())

    return bundle


def test_weights_are_fetched_when_they_are_needed(bundle):
    names = ["drums", "bass", "other", "vocals"]
    bundle(lambda: HDemucs(names, channels=4, depth=5))
    separator = HybridDemucs()
    assert separator.model is None
    known = {"hybrid_demucs": separator}
    loaded = load_separator("hybrid_demucs", known, Segments(), "cpu")
    assert isinstance(loaded, BySegments)
    assert loaded.sample_rate == 44100
    assert separator.stems == names
    assert not separator.model.training


def test_weights_that_cannot_be_fetched(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    def fail():
        raise URLError("no route to host")

    bundle(fail)
    message = rf"no route to host.*bring https://.*put it at {tmp_path}/torchau"
    with pytest.raises(OSError, match=message):
        HybridDemucs().fetch()


def test_what_is_no_separator_is_refused():
    with pytest.raises(TypeError, match="lacks sample_rate, stems"):
        load_separator(torch.nn.Linear(1, 1), {}, Segments())
