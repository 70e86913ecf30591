"""Fixtures of several corpora."""

import os
import stat

import pytest

# Stands for ffmpeg: copies what is audio, and says what ffmpeg says
FFMPEG = """#!/bin/sh
while [ $# -gt 1 ]; do [ "$1" = -i ] && source=$2; shift; done
case $source in
*broken*) echo "$source" >&2; echo "moov atom not found" >&2; exit 1;;
*) cp "$source" "$1";;
esac
"""


@pytest.fixture
def ffmpeg(tmp_path_factory, monkeypatch):
    """A program of this name, which comes first."""
    path = tmp_path_factory.mktemp("bin") / "ffmpeg"
    path.write_text(FFMPEG)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)
