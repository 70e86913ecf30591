import os
import signal
import subprocess
import sys
import threading

import pytest

from speechbrain_singer.dataio.locks import (
    InUseError,
    lock_folder,
    one_at_a_time,
)

HOLD = """\
import sys, time
from speechbrain_singer.dataio.locks import lock_folder
lock_folder(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "held\n"
        yield child
        child.kill()


def test_a_folder_in_use_is_refused_by_name(tmp_path, holder):
    message = f"{tmp_path}: another run is using.*process {holder.pid} on"
    with pytest.raises(InUseError, match=message):
        lock_folder(tmp_path)


def test_the_lock_dies_with_its_process(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    lock_folder(tmp_path)


def test_children_do_not_hold_the_lock(tmp_path):
    """The workers of a loader may outlive the run by seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        lock_folder(tmp_path)
        if os.fork() == 0:
            os.read(reading, 1)  # until the test ends
        os._exit(0)
    os.waitpid(child, 0)
    lock_folder(tmp_path)
    os.close(writing)
    os.close(reading)


def test_turns_are_taken_one_after_the_other(tmp_path):
    seen, entered = [], threading.Event()

    def second():
        entered.set()
        with one_at_a_time(tmp_path / "made"):
            seen.append("second")

    with one_at_a_time(tmp_path / "made"):
        thread = threading.Thread(target=second)
        thread.start()
        assert entered.wait(10)
        thread.join(0.2)
        seen.append("first")
    thread.join(10)
    assert seen == ["first", "second"]
