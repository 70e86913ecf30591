"""A recipe's settings: its YAML and what the command line changes in it.

A YAML may be put together from parts, by `name: !include:parts/x.yaml`. The
keys of a part are given on the command line like those of the file itself.
"""

from speechbrain_singer.settings.command_line import nearest, parse_arguments
from speechbrain_singer.settings.flat import flat_settings
from speechbrain_singer.settings.loading import load_settings

__all__ = ["flat_settings", "load_settings", "nearest", "parse_arguments"]
