"""Keeps what a broken input might run from running, and says that it would."""

import sys

FORBIDDEN = {
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "subprocess.Popen",
    "socket.connect",
    "ctypes.dlopen",
    "webbrowser.open",
}


class ForeignCodeError(BaseException):
    """An input got something run. No `except Exception` hides it."""


def arm():
    """From now on, in this process."""
    sys.addaudithook(_watch)


def _watch(event, arguments):
    if event in FORBIDDEN:
        raise ForeignCodeError(f"{event}{arguments!r:.100}")
