import logging

import catalogues
import numpy as np
import pytest

from speechbrain_singer.catalogue.compression import Recipe
from speechbrain_singer.catalogue.probing import Probing, choose_probing
from speechbrain_singer.catalogue.stored_vectors import StoredVectors

# 25 vectors of a byte in each list: the short list is what costs
RECIPE = Recipe("PCAR", 8, 64, 1, 1600, False)


@pytest.fixture
def vectors(tmp_path):
    values = catalogues.table(80, "squared_distance").embeddings
    (tmp_path / "vectors.bin").write_bytes(values.tobytes())
    return StoredVectors(tmp_path, values.shape, "float32", "squared_distance")


def an_index(vectors, probes_needed, blurred):
    """Finds all with so many probes, a tenth with fewer; the ten nearest lie
    within the first `blurred`."""

    def candidates(queries, length, probes):
        found = vectors.nearest(queries, length)
        if probes < probes_needed:
            found[:, 2:] = -1
        head = np.random.default_rng(0).permutation(blurred)
        return np.concatenate([found[:, head], found[:, blurred:]], axis=1)

    return candidates


@pytest.mark.parametrize(
    "probes, blurred, shortlist", [(1, 20, 20), (4, 50, 50), (8, 100, 100)]
)
def test_no_more_is_read_than_is_needed(vectors, probes, blurred, shortlist):
    candidates = an_index(vectors, probes, blurred)
    chosen = choose_probing(vectors, np.arange(0, 1600, 8), RECIPE, candidates)
    assert (chosen.probes, chosen.shortlist) == (probes, shortlist)
    assert chosen.recall >= 0.97


def test_codes_that_find_too_little_are_said(vectors, caplog):
    candidates = an_index(vectors, probes_needed=99, blurred=20)
    with caplog.at_level(logging.WARNING):
        chosen = choose_probing(vectors, np.arange(20), RECIPE, candidates)
    assert chosen.recall == pytest.approx(0.1)  # a query is one of the two
    assert "10.0 % of the 10 nearest" in caplog.text


def test_the_query_is_no_neighbour_of_its_own(vectors):
    def only_itself(queries, length, probes):
        return vectors.nearest(queries, 1)

    chosen = choose_probing(vectors, np.arange(20), RECIPE, only_itself)
    assert chosen.recall == 0


@pytest.mark.parametrize(
    "k, wanted", [(1, (4, 50)), (10, (4, 50)), (11, (5, 55)), (100, (40, 500))]
)
def test_more_neighbours_need_more_lists(k, wanted):
    assert Probing(4, 50, 0.97).of_neighbours(k) == wanted
