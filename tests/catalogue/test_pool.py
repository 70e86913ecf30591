import _thread
import os
import signal
import threading
import time
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from processes import SERVER

from speechbrain_singer.catalogue.embedding import Workers, embed_catalogue
from speechbrain_singer.catalogue.listing import list_recordings
from speechbrain_singer.catalogue.parts import Parts
from speechbrain_singer.catalogue.pool import embed_in_processes
from speechbrain_singer.catalogue.tables import read_rows
from speechbrain_singer.catalogue.units import about_encoder
from speechbrain_singer.evaluation.encoders import load_encoder

TWO = Workers(2)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by signals")


@pytest.fixture(scope="module", autouse=True)
def server():
    """That of all tests, before one is started that imports less."""
    process = SERVER.Process(target=int)
    process.start()
    process.join()


@pytest.fixture
def work(songs, small, tmp_path):
    """What an encoder is, and units of one recording each, seven."""
    about = about_encoder(small, load_encoder(small))
    parts = Parts(tmp_path / "parts", about)
    return about, parts.lacking(list_recordings([songs]), 1)


def check_same(folder, songs, small):
    alone = folder.with_name("alone")
    embed_catalogue([songs], alone, small, part_rows=1)
    one, other = read_rows(folder), read_rows(alone)
    assert (one.paths, one.columns) == (other.paths, other.columns)
    np.testing.assert_allclose(one.embeddings, other.embeddings, atol=1e-6)


def kill_workers(until):
    """Kills whoever is at work, again and again, until `until()`."""
    while not until():
        for process in active_children():
            process.kill()
        time.sleep(0.01)


def test_two_workers_make_the_table_of_one(songs, small, tmp_path):
    embedded = embed_catalogue(
        [songs], tmp_path / "parts", small, TWO, part_rows=1
    )
    assert (embedded.new, embedded.failed) == (6, 1)
    check_same(tmp_path / "parts", songs, small)


def test_a_worker_killed_in_the_middle(work, songs, small, tmp_path):
    about, units = work
    running = embed_in_processes(units, about)
    done = [next(running)]
    os.kill(active_children()[0].pid, signal.SIGKILL)
    done += running
    assert [one["recordings"] for one in done] == [1] * 7
    left = {path.name for path in (tmp_path / "parts").iterdir()}
    assert left == {".lock", *(Path(unit.path).name for unit in units)}
    check_same(tmp_path / "parts", songs, small)
    assert active_children() == []


def test_a_recording_that_kills_workers_costs_its_part(work, songs, tmp_path):
    about, (deadly, *good) = work
    tries = Path(f"{deadly.path}.tries")
    killed = set()

    def kill_who_begins():
        while len(killed) < 3:
            begun = tries.stat().st_size if tries.exists() else 0
            if begun > len(killed):
                (process,) = active_children()
                killed.add(process.pid)
                process.kill()
            time.sleep(0.001)

    killer = threading.Thread(target=kill_who_begins)
    killer.start()
    done = list(embed_in_processes([deadly, *good[:2]], about, workers=1))
    killer.join()
    assert [len(one["failures"]) for one in done] == [1, 0, 0]
    assert done[0]["failures"][0].startswith(f"{songs / '0.wav'}: its part")
    assert not tries.exists()


def test_processes_that_never_begin_are_no_endless_loop(work):
    about, units = work
    over = threading.Event()
    killer = threading.Thread(target=kill_workers, args=(over.is_set,))
    killer.start()
    try:
        with pytest.raises(ChildProcessError, match="before they began"):
            list(embed_in_processes(units[:1], about, workers=1))
    finally:
        over.set()
        killer.join()


def test_an_error_of_a_worker_is_raised(work, tmp_path):
    about, units = work
    about = about | {"sha256": "0" * 64}
    with pytest.raises(ValueError, match="another encoder"):
        list(embed_in_processes(units, about))
    assert active_children() == []


@pytest.fixture
def hears_ctrl_c():
    """Whoever starts tests in the background may have switched it off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_ends_all_and_keeps_what_is_done(songs, small, tmp_path):
    folder = tmp_path / "parts"

    def interrupt():
        while not list(folder.glob("part-*.parquet")):
            time.sleep(0.01)
        _thread.interrupt_main()

    killer = threading.Thread(target=interrupt)
    killer.start()
    with pytest.raises(KeyboardInterrupt):
        embed_catalogue([songs], folder, small, TWO, part_rows=1)
    killer.join()
    assert active_children() == []
    done = len(list(folder.glob("part-*.parquet")))
    assert 0 < done < 7
    kept = [bool(error) for error in read_rows(folder).columns["error"]]
    embedded = embed_catalogue([songs], folder, small, part_rows=1)
    assert embedded.new == 6 - kept.count(False)
    check_same(folder, songs, small)
