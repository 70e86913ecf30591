"""One file a corpus: its files, singers and songs become a manifest."""

from speechbrain_singer.corpora.corpus import CORPORA, Corpus, Manifests

__all__ = ["CORPORA", "Corpus", "Manifests"]
