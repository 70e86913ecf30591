"""How a command ends: its answer on stdout, its exit code, its one error."""

import json
import math
import os
import sys
import traceback
from contextlib import contextmanager

from speechbrain_singer.dataio.locks import InUseError

DONE = 0  # or yes: the same singer
NO = 1  # another singer, or nothing found
REFUSED = 2  # wrong usage, or input that cannot be used
PARTLY = 3  # done, but for files that were named
STOPPED = 130  # by Ctrl-C, as shells say it

# What a user can cause, and mend by what the message says
_OF_USERS = (ValueError, TypeError, OSError, ImportError, InUseError)


def say(answer, text, as_json):
    """Prints an answer: for people, or for programs.

    Arguments
    ---------
    answer : dict
        In plain values; NaN and infinity become null.
    text : str
        The same for people.
    as_json : bool
        Whether to print the dict rather than the text.

    Example
    -------
    >>> say({"score": 0.5, "probability": math.nan}, "score 0.5", True)
    {"score": 0.5, "probability": null}
    """
    print(json.dumps(_plain(answer)) if as_json else text, flush=True)


def end(code):
    """Ends the command with an exit code of this module."""
    sys.exit(code)


@contextmanager
def one_error():
    """Turns what a user can cause into one line and an exit code.

    Raises
    ------
    SystemExit
        2 after an error, with its message on stderr; 130 after Ctrl-C. A fault
        of the program comes with its traceback, and with 2 too: 1 is an
        answer. Who reads the output may stop reading, which is no error.
    """
    try:
        yield
    except KeyboardInterrupt:
        _leave("stopped", STOPPED)
    except BrokenPipeError:
        # Python would complain of stdout again when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        end(DONE)
    except _OF_USERS as error:
        _leave(f"error: {str(error) or type(error).__name__}", REFUSED)
    except Exception:
        traceback.print_exc()
        end(REFUSED)


def _leave(message, code):
    print(f"singer: {message}", file=sys.stderr)
    end(code)


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(own) for own in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
