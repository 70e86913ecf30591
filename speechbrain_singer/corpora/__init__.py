"""One file a corpus: its files, singers and songs become a manifest."""

from speechbrain_singer.corpora.corpus import Corpus, Manifests
from speechbrain_singer.corpora.sources import CORPORA

__all__ = ["CORPORA", "Corpus", "Manifests"]
