"""Many trainings of transcribers in one table."""

from speechbrain_singer.metrics.notes import RULES
from speechbrain_singer.reports.stages import network_title
from speechbrain_singer.reports.tables import mean_and_spread


def note_runs_table(runs):
    """Mean and spread over runs of F1 on whole test songs, stage by stage.

    Arguments
    ---------
    runs : dict of str to list of dict
        By line of the table, what stands in the `metrics.json` of
        `recipes/transcription/train.py`, of each seed.

    Returns
    -------
    table : list of list of str
        The heads of the columns first; F1 in percent.

    Example
    -------
    >>> stage = {"best_epoch": 3}
    >>> stage["test"] = {f"{r}_f1": 0.5 for r in ("COn", "COnP", "COnPOff")}
    >>> own = {"parameters": 1000, "stages": {"frozen": stage}}
    >>> own["settings"] = {"network": "ge2e"}
    >>> note_runs_table({"GE2E": [own]})[1]
    ['GE2E', 'frozen', '1,000', '1', '3.0', '50.0', '50.0', '50.0']
    """
    heads = ["network", "stage", "parameters", "runs", "best epoch"]
    table = [[*heads, *(f"{rule} F1" for rule in RULES)]]
    for name, outcomes in runs.items():
        first = outcomes[0]
        shared = f"{first['parameters']:,}", str(len(outcomes))
        for stage in first["stages"]:
            own = [outcome["stages"][stage] for outcome in outcomes]
            epochs = mean_and_spread([each["best_epoch"] for each in own])
            cells = [
                mean_and_spread([100 * e["test"][f"{rule}_f1"] for e in own])
                for rule in RULES
            ]
            line = [stage, *shared, epochs, *cells]
            table.append([named(name, first), *line])
    return table


def named(name, outcome):
    """A line's name, and that its front end was never trained.

    Example
    -------
    >>> named("small", {"settings": {"network": "random"}})
    'small (random weights)'
    """
    network = network_title(outcome["settings"]["network"])
    is_random = network == network_title("random") and network not in name
    return f"{name} ({network})" if is_random else name
