"""A recipe's settings: its YAML and what the command line changes in it.

A YAML may be put together from parts, by `name: !include:parts/x.yaml`. The
keys of a part are given on the command line like those of the file itself. A
YAML may also be another one with other values, see `variants`.
"""

from speechbrain_singer.settings.command_line import nearest, parse_arguments
from speechbrain_singer.settings.flat import flat_settings
from speechbrain_singer.settings.loading import load_settings
from speechbrain_singer.settings.texts import is_path
from speechbrain_singer.settings.whole import whole_yaml

__all__ = [
    "flat_settings",
    "is_path",
    "load_settings",
    "nearest",
    "parse_arguments",
    "whole_yaml",
]
