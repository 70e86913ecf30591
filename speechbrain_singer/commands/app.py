"""The program `singer`: its commands, by the order of `singer --help`."""

import os
from functools import wraps

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import typer

from speechbrain_singer.commands.classify import classify
from speechbrain_singer.commands.compare import compare
from speechbrain_singer.commands.demo import demo
from speechbrain_singer.commands.embed import embed
from speechbrain_singer.commands.evaluate import evaluate
from speechbrain_singer.commands.export import export
from speechbrain_singer.commands.index import index
from speechbrain_singer.commands.options import ANSWERS, CATALOGUES, ENCODERS
from speechbrain_singer.commands.outcome import one_error
from speechbrain_singer.commands.push import push
from speechbrain_singer.commands.search import search
from speechbrain_singer.commands.segments import segments
from speechbrain_singer.commands.train import train
from speechbrain_singer.commands.verify import verify

# What a command needs it imports itself: help comes without delay
_BY_HEADING = {
    ANSWERS: (verify, compare, classify, segments, demo),
    CATALOGUES: (embed, index, search),
    ENCODERS: (train, evaluate, export, push),
}
COMMANDS = {
    command: heading
    for heading, commands in _BY_HEADING.items()
    for command in commands
}
# Doors to scripts, which know their options themselves
PASSING_ON = (train, evaluate)

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

    settings = {"ignore_unknown_options": command in PASSING_ON}
    app.command(rich_help_panel=heading, context_settings=settings)(guarded)


for _command, _heading in COMMANDS.items():
    add(_command, _heading)


def main(arguments=None):
    """Runs the command line; a SystemExit has the exit code.

    Arguments
    ---------
    arguments : list of str, optional
        Those of the process if left out.
    """
    app(arguments, prog_name="singer")


if __name__ == "__main__":
    main()
