import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from speechbrain_singer.commands import app, outcome
from speechbrain_singer.dataio.locks import InUseError


def test_help_has_every_command_and_its_first_sentence(singer):
    ended = singer("--help")
    assert ended.code == 0
    for command in app.COMMANDS:
        assert f" {command.__name__} " in ended.out


def test_the_documentation_shows_each_command():
    page = Path(__file__).parents[2] / "docs" / "commands.md"
    shown = re.findall(r"^\$ singer (\w+)", page.read_text("utf-8"), re.M)
    assert {command.__name__ for command in app.COMMANDS} == set(shown)


def test_no_command_or_a_wrong_one_is_refused(singer):
    assert singer().code == 2
    ended = singer("sing")
    assert (ended.code, ended.out) == (2, "")
    assert "No such command 'sing'" in ended.err


@pytest.mark.parametrize(
    "error, code, said",
    [
        (ValueError("x.wav: empty"), 2, "singer: error: x.wav: empty\n"),
        (ImportError("no faiss"), 2, "singer: error: no faiss\n"),
        (InUseError("in use"), 2, "singer: error: in use\n"),
        (OSError(), 2, "singer: error: OSError\n"),
        (KeyboardInterrupt(), 130, "singer: stopped\n"),
    ],
)
def test_what_users_cause_is_one_line(error, code, said, capsys):
    with pytest.raises(SystemExit) as ended, outcome.one_error():
        raise error
    assert ended.value.code == code
    assert capsys.readouterr() == ("", said)


def test_a_fault_of_the_program_has_its_traceback(capsys):
    with pytest.raises(SystemExit) as ended, outcome.one_error():
        raise AttributeError("ours")
    assert ended.value.code == 2
    assert "Traceback" in capsys.readouterr().err


def test_help_needs_no_torch():
    code = (
        "import sys\n"
        "from speechbrain_singer.commands.app import main\n"
        "try:\n    main(['--help'])\n"
        "finally:\n    print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.split()[-1]) == (0, "False")


def test_ctrl_c_ends_a_command_cleanly():
    code = (
        "import signal\n"
        "from speechbrain_singer.commands import app\n"
        # Who starts tests in the background may have switched it off
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait():\n"
        "    import time\n"
        "    print('waiting', flush=True)\n"
        "    time.sleep(60)\n"
        "app.add(wait, None)\n"
        "app.main(['wait'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True},
    ) as process:
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "singer: stopped\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes of another kind")
def test_who_stops_reading_causes_no_error():
    code = (
        "from speechbrain_singer.commands import outcome\n"
        "with outcome.one_error():\n"
        "    for _ in range(100000):\n"
        "        outcome.say({}, 'line ' * 20, False)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True},
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (0, "")
