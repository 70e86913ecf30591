import os
import signal
from pathlib import Path

import numpy as np
import pytest

from speechbrain_singer.catalogue.embedding import embed_catalogue
from speechbrain_singer.catalogue.listing import list_recordings
from speechbrain_singer.catalogue.parts import Parts
from speechbrain_singer.catalogue.ray_units import embed_with_ray
from speechbrain_singer.catalogue.tables import read_rows
from speechbrain_singer.catalogue.units import about_encoder
from speechbrain_singer.evaluation.encoders import load_encoder

ray = pytest.importorskip("ray")
LINUX = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processes are found in /proc"
)


def parent(process):
    """The process that started this one; 0 if it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def is_ours(process):
    while process > 1:
        process = parent(process)
        if process == os.getpid():
            return True
    return False


def worker():
    """The process of Ray's, below this one, that embeds."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"MapWorker" in line and is_ours(int(entry.name)):
            return int(entry.name)
    raise AssertionError("no worker")


@pytest.fixture
def cluster():
    """Of one core, on this machine."""
    options = {"include_dashboard": False, "log_to_driver": False}
    try:
        ray.init(num_cpus=1, logging_level="error", **options)
    except Exception as error:  # of no class of its own
        ray.shutdown()
        pytest.skip(f"Ray does not start here, or not in time: {error}")
    yield
    ray.shutdown()


@LINUX
def test_a_worker_killed_in_the_middle(cluster, songs, small, tmp_path):
    rows = list_recordings([songs])
    encoder = load_encoder(small)
    about = about_encoder(small, encoder)
    parts = Parts(tmp_path / "parts", about)
    units = parts.lacking(rows, 1)
    running = embed_with_ray(units, about, "local")
    done = [next(running)]
    os.kill(worker(), signal.SIGKILL)
    done += running
    assert [one["recordings"] for one in done] == [1] * 7
    (failure,) = [failure for one in done for failure in one["failures"]]
    assert failure.startswith(str(songs / "3.wav"))
    table = read_rows(tmp_path / "parts")
    assert table.paths == [row["wav"] for row in rows]
    parts.finish(rows)
    left = {path.name for path in (tmp_path / "parts").iterdir()}
    assert left == {".lock", *(Path(unit.path).name for unit in units)}
    embed_catalogue([songs], tmp_path / "alone", small, part_rows=1)
    alone = read_rows(tmp_path / "alone")
    assert table.columns == alone.columns
    np.testing.assert_allclose(table.embeddings, alone.embeddings, atol=1e-6)
