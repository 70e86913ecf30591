"""Runs the scripts of recipes in this process: their imports take long."""

import importlib.util
import sys


def load(path):
    """The module that a script is."""
    name = "_".join(path.with_suffix("").parts[-2:])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run(path, command_line):
    """As a user does, with what stands behind the script's name."""
    hook = sys.excepthook
    try:
        load(path).main(command_line)
    finally:
        sys.excepthook = hook
