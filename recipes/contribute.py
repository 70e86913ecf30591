#!/usr/bin/env python3
"""Lays the recipes of a corpus out as SpeechBrain has them in its repository.

> python recipes/contribute.py VocalSet PATH/speechbrain

The folder recipes/VocalSet of the checkout gets the README and, by task, the
script and its YAML files, whole; tests/recipes gets the list. They run there
with this package installed.
"""

import argparse
import csv
import shutil
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.settings import whole_yaml

HERE = Path(__file__).resolve().parents[1]


def main():
    """Lays out what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="a folder of recipes, such as VocalSet")
    parser.add_argument("checkout", type=Path, help="of SpeechBrain")
    arguments = parser.parse_args()
    if not (arguments.checkout / "recipes").is_dir():
        parser.error(f"{arguments.checkout} has no folder recipes")
    contribute(arguments.corpus, arguments.checkout)


def contribute(corpus, checkout):
    """Lays the recipes of a corpus out in a checkout of SpeechBrain."""
    with (HERE / f"tests/recipes/{corpus}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    moved = {row["Script_file"]: _script_there(row) for row in rows}
    moved |= {row["Hparam_file"]: _yaml_there(row) for row in rows}
    for row in rows:
        _copy(HERE / row["Script_file"], checkout / _script_there(row))
        _write_yaml(row, checkout, moved)
    readme = HERE / "recipes" / corpus / "README.md"
    _write(checkout / "recipes" / corpus / readme.name, readme, moved)
    requirements = checkout / "recipes" / corpus / "extra_requirements.txt"
    extras = ",".join(_extras(rows))
    with atomic_open(requirements) as file:
        file.write(f"speechbrain_singer{extras and f'[{extras}]'}\n")
    _write_list(checkout / "tests" / "recipes" / f"{corpus}.csv", rows, moved)


def _extras(rows):
    """What of this package's extras recipes need."""
    listing = (HERE / rows[0]["Data_prep_file"]).read_text()
    needed = {
        "baselines": any("/front_end_" in row["Hparam_file"] for row in rows),
        "mirdata": "mirdata_corpora import" in listing,
        "notes": any(row["Task"] == "Transcription" for row in rows),
    }
    return [extra for extra, is_needed in needed.items() if is_needed]


def _script_there(row):
    script = Path(row["Script_file"])
    return f"recipes/{row['Dataset']}/{script.parent.name}/{script.name}"


def _yaml_there(row):
    task = Path(row["Script_file"]).parent.name
    name = Path(row["Hparam_file"]).name
    return f"recipes/{row['Dataset']}/{task}/hparams/{name}"


def _write_yaml(row, checkout, moved):
    """Writes a YAML whole, under its own heading, and the parts beside it."""
    source, target = HERE / row["Hparam_file"], checkout / _yaml_there(row)
    heading = []
    for line in source.read_text().splitlines():
        if not line.startswith("#"):
            break
        heading.append(line)
    values = whole_yaml(source).split("\n\n", maxsplit=1)[1]
    target.parent.mkdir(parents=True, exist_ok=True)
    for part in (HERE / "hparams" / "parts").glob("*.yaml"):
        include = f"!include:parts/{part.stem}"
        if f"{include}.yaml" in values:
            # Each .yaml there has to be a recipe of its own
            values = values.replace(f"{include}.yaml", f"{include}.yml")
            _copy(part, target.parent / "parts" / f"{part.stem}.yml")
    with atomic_open(target) as file:
        file.write(_renamed("\n".join(heading), moved) + "\n\n" + values)


def _write_list(target, rows, moved):
    with atomic_open(target) as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            readme = f"recipes/{row['Dataset']}/README.md"
            # It is in this package, not in the recipes
            changed = {"Data_prep_file": "", "Readme_file": readme}
            for column in ("Script_file", "Hparam_file"):
                changed[column] = moved[row[column]]
            writer.writerow(row | changed)


def _write(target, source, moved):
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(target) as file:
        file.write(_renamed(source.read_text(), moved))


def _renamed(text, moved):
    """A text with the paths of there; no path is a part of another one."""
    for here, there in moved.items():
        text = text.replace(here, there)
    return text


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


if __name__ == "__main__":
    main()
