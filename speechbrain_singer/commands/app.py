"""The program `singer`: its commands, by the order of `singer --help`."""

import os
from functools import wraps

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import typer

from speechbrain_singer.commands.embed import embed
from speechbrain_singer.commands.index import index
from speechbrain_singer.commands.options import ANSWERS, CATALOGUES
from speechbrain_singer.commands.outcome import one_error
from speechbrain_singer.commands.search import search
from speechbrain_singer.commands.verify import verify

# What a command needs it imports itself: help comes without delay
COMMANDS = {
    verify: ANSWERS,
    embed: CATALOGUES,
    index: CATALOGUES,
    search: CATALOGUES,
}

app = typer.Typer(
    name="singer",
    help="Who is singing? Exit codes: 0 done or yes, 1 no, 2 refused, "
    "3 done but for some files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


# With it `singer` stays a program of commands, were there only one
@app.callback()
def _singer():
    pass


def add(command, heading):
    """Adds a command, under a heading of the help.

    Arguments
    ---------
    command : callable
        Of its name; the first line of its docstring is its help.
    heading : str
    """

    @wraps(command)
    def guarded(**arguments):
        with one_error():
            command(**arguments)

    app.command(rich_help_panel=heading)(guarded)


for _command, _heading in COMMANDS.items():
    add(_command, _heading)


def main(arguments=None):
    """Runs the command line; a SystemExit has the exit code.

    Arguments
    ---------
    arguments : list of str, optional
        Those of the process if left out.
    """
    app(arguments)


if __name__ == "__main__":
    main()
