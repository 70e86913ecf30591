import pytest

from speechbrain_singer.catalogue.compression import Sizes, choose_recipe


@pytest.mark.parametrize(
    "count, dimension, factory",
    [
        (20_000, 256, "PCAR128,IVF512,PQ64"),
        (10**5, 256, "PCAR128,IVF1024,PQ64"),
        (10**6, 1000, "PCAR128,IVF4096,PQ64"),
        (10**6, 40, "PCAR40,IVF4096,PQ20"),
        (10**6, 3, "PCAR2,IVF4096,PQ1"),
        (5 * 10**6, 256, "OPQ32_128,IVF8192,PQ32"),
        (5 * 10**6, 3, "OPQ1_2,IVF8192,PQ1"),
        (10**7, 256, "OPQ32_128,IVF16384_HNSW32,PQ32"),
        (10**8, 256, "OPQ32_128,IVF32768_HNSW32,PQ32"),
    ],
)
def test_recipes_by_size(count, dimension, factory):
    assert choose_recipe(count, dimension).factory == f"{factory}np"


def test_few_or_single_numbers_stay_as_they_are():
    assert choose_recipe(19_999, 256) is None
    assert choose_recipe(10**6, 1) is None
    assert choose_recipe(99, 8, Sizes(compressed=100)) is None
    assert choose_recipe(100, 8, Sizes(compressed=100)).sample == 100


@pytest.mark.parametrize("count", [20_000, 10**6, 10**8])
def test_the_sample_is_what_faiss_asks_for_and_no_more(count):
    recipe = choose_recipe(count, 256)
    assert 39 * recipe.lists <= recipe.sample
    assert recipe.sample * 256 * 4 < 2**31  # bytes in memory
