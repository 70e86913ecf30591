"""Training runs in one table, as a user compares them."""

import csv
import json

import pytest
from evaluation_recipe import ROOT, run

SCRIPT = "recipes/ssl/compare.py"


@pytest.fixture
def results(tmp_path):
    """Runs as train.py leaves them."""
    for name, eer in (("slow/1", 20.0), ("slow/2", 22.0), ("fast/1", 9.0)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        figures = {"EER": eer, "EER_standardised": eer, "MNR": eer / 2}
        encoders = ("trained", "untrained", "mfcc_statistics")
        test = {encoder: {"all_pairs": figures} for encoder in encoders}
        (folder / "metrics.json").write_text(json.dumps({"test": test}))
        record = {"epoch": 1, "valid": {"EER": eer}}
        (folder / "history.jsonl").write_text(json.dumps(record) + "\n")
    return tmp_path


def compare(runs, output):
    hparams = str(ROOT / "hparams" / "compare_runs.yaml")
    run(SCRIPT, [hparams, "--runs", runs, f"--output_folder={output}"])


@pytest.mark.parametrize("pattern", ["{}/*/[0-9]", "[{0}/slow/*, {0}/fast/1]"])
def test_prints_writes_and_draws(results, capsys, pattern):
    output = results / "compared"
    compare(pattern.format(results), output)
    assert "| fast | 1 |" in capsys.readouterr().out
    with (output / "table.csv").open() as file:
        lines = {line["encoder"]: line for line in csv.DictReader(file)}
    assert lines["slow"]["runs"] == "2" and lines["slow"]["MNR"] == "10.5 ± 0.7"
    assert (output / "table.tex").read_text().count("slow") == 1
    assert (output / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_compare(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder is found by /no/"):
        compare("/no/*", tmp_path)
