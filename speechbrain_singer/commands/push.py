"""`singer push`: an encoder goes to the Hugging Face hub, with its card."""

from pathlib import Path
from typing import Annotated

import typer

from speechbrain_singer.commands.options import AsJson
from speechbrain_singer.commands.outcome import say

Folder = Annotated[str, typer.Argument(show_default=False)]
Repository = Annotated[
    str, typer.Argument(show_default=False, metavar="OWNER/NAME")
]
Measured = Annotated[
    str | None,
    typer.Option(
        help="For a new card: metrics.json of robustness.py.", metavar="FILE"
    ),
]
Facts = Annotated[
    str | None,
    typer.Option(
        help="For a new card: YAML of licence, data, objective, ...",
        metavar="FILE",
    ),
]
Private = Annotated[
    bool, typer.Option("--private", help="Make a new repository private.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check and show all, change nothing.")
]


def push(
    folder: Folder,
    repository: Repository,
    measured: Measured = None,
    facts: Facts = None,
    private: Private = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
):
    """Upload an encoder and its model card to the Hugging Face hub."""
    from speechbrain_singer.dataio.files import atomic_open
    from speechbrain_singer.inference import hub_upload
    from speechbrain_singer.inference.source import CARD_FILE
    from speechbrain_singer.reports.published_card import card_to_publish

    hub_upload.check_repository(repository)
    encoder = hub_upload.load_to_publish(folder)
    card = card_to_publish(folder, repository, encoder, measured, facts)
    files = hub_upload.public_files(folder)
    files[CARD_FILE] = len(card.encode())
    answer = {"repository": repository, "sha256": encoder.sha256}
    answer |= {"threshold": encoder.threshold, "files": files}
    address = None
    if not dry_run:
        with atomic_open(Path(folder, CARD_FILE)) as file:
            file.write(card)
        address = hub_upload.upload(folder, repository, private)
    answer["address"] = address
    text = _listed(answer)
    say(answer, f"{text}\n\n{card}" if dry_run else text, as_json)


def _listed(answer):
    lines = [f"{size:>12,}  {name}" for name, size in answer["files"].items()]
    what = f"encoder {answer['sha256'][:12]}, threshold {answer['threshold']}"
    if answer["address"]:
        end = f"uploaded: {answer['address']}"
    else:
        end = f"nothing was uploaded; it would go to {answer['repository']}"
    return "\n".join([what, *lines, end])
