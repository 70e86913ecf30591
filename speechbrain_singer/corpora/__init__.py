"""One file a corpus: its files, singers and songs become a manifest."""

from speechbrain_singer.corpora.prepare import (
    CORPORA,
    Manifests,
    manifest_paths,
    prepare,
    prepare_by,
)

__all__ = ["CORPORA", "Manifests", "manifest_paths", "prepare", "prepare_by"]
