"""How an index is compressed: chosen by how many vectors there are."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """From how many vectors on an index is made otherwise.

    Arguments
    ---------
    compressed : int
        From here on by IVF-PQ (Jégou, Douze and Schmid, "Product Quantization
        for Nearest Neighbor Search", 2011); all are compared below.
    halved : int
        From here on the codes have half the bytes, and the rotation before
        them is learned (OPQ) rather than principal axes.
    graph : int
        From here on the lists are found by a graph (HNSW).
    """

    compressed: int = 20_000
    halved: int = 5_000_000
    graph: int = 10_000_000


SIZES = Sizes()
_CODE = 64  # bytes of a code, at the most
_LIST = 4  # times the square root of the count: how many lists there are
_PER_LIST = 40  # vectors of the training sample for each list; faiss asks 39
_LEAST_SAMPLE = 65_536


@dataclass(frozen=True)
class Recipe:
    """An inverted file (IVF) of product-quantised (PQ) vectors.

    Arguments
    ---------
    rotation : str
        PCAR, principal axes rotated at random, or OPQ.
    reduced : int
        Dimensions after it.
    lists : int
    code_bytes : int
        Of a vector.
    sample : int
        On how many vectors it is trained.
    graph : bool
        Whether the lists are found by a graph.
    """

    rotation: str
    reduced: int
    lists: int
    code_bytes: int
    sample: int
    graph: bool

    @property
    def factory(self):
        """The recipe in faiss's words.

        Example
        -------
        >>> choose_recipe(10**6, 256).factory
        'PCAR128,IVF4096,PQ64np'
        >>> choose_recipe(10**8, 256).factory
        'OPQ32_128,IVF32768_HNSW32,PQ32np'
        """
        rotation = f"PCAR{self.reduced}"
        if self.rotation == "OPQ":
            rotation = f"OPQ{self.code_bytes}_{self.reduced}"
        lists = f"IVF{self.lists}" + ("_HNSW32" if self.graph else "")
        # np: codes are not sorted to be compared as bits too, which takes long
        return f"{rotation},{lists},PQ{self.code_bytes}np"


def choose_recipe(count, dimension, sizes=SIZES):
    """Chooses how so many vectors are compressed.

    Arguments
    ---------
    count : int
        Of vectors.
    dimension : int
    sizes : Sizes

    Returns
    -------
    recipe : Recipe or None
        None if they stay as they are.

    Example
    -------
    >>> choose_recipe(19_999, 256) is None
    True
    """
    if count < sizes.compressed or dimension < 2:
        return None
    halved = count >= sizes.halved
    # So many dimensions share a byte
    together = 4 if halved and dimension >= 4 else 2
    most = _CODE // 2 if halved else _CODE
    code_bytes = min(most, dimension // together)
    lists = 2 ** round(math.log2(_LIST * count**0.5))
    return Recipe(
        rotation="OPQ" if halved else "PCAR",
        reduced=code_bytes * together,
        lists=lists,
        code_bytes=code_bytes,
        sample=min(count, max(_LEAST_SAMPLE, _PER_LIST * lists)),
        graph=count >= sizes.graph,
    )
