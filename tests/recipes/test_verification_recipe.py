"""Verification as a user runs it, at a tiny scale."""

import csv
import json
import shutil
from itertools import combinations

import numpy as np
import pytest
import torch
from evaluation_recipe import TINY, arguments, run
from processes import be_one_of, start
from speechbrain.utils.metric_stats import EER, minDCF
from torch.distributed.elastic.utils.distributed import get_free_port

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import store_calibration
from speechbrain_singer.scoring import Calibration

SCRIPT = "recipes/verification/evaluate.py"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Where the embedded corpus is; the first run makes it."""
    return tmp_path_factory.mktemp("corpus") / "synthetic"


def verify(data_folder, output, *flags, **overrides):
    command = arguments(
        "verification", data_folder, output, *flags, **overrides
    )
    run(SCRIPT, command)
    return json.loads((output / "metrics.json").read_text())


def scores_in(folder):
    with (folder / "scores.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("verification")
    verify(corpus, folder, colours="[singer, sex]")
    return folder


@pytest.fixture(scope="module", autouse=True)
def further_runs(finished, pictures_are_left_out):
    """Whose pictures nobody looks at."""


def test_the_figures_follow_from_the_scores(finished):
    metrics = json.loads((finished / "metrics.json").read_text())
    lines = scores_in(finished)
    scores = torch.tensor([float(line["score"]) for line in lines])
    same = torch.tensor([line["label"] == "1" for line in lines])
    rate, _ = EER(scores[same], scores[~same])
    cost, _ = minDCF(scores[same], scores[~same])
    assert metrics["EER"] == pytest.approx(100 * rate, abs=1e-3)
    assert metrics["minDCF"] == pytest.approx(float(cost), abs=1e-6)
    low, high = metrics["EER_interval"]
    assert 0 <= low <= metrics["EER"] <= high <= 100
    assert metrics["recordings"] == 18 and metrics["singers"] == 6


def test_the_trials_are_all_pairs_of_other_songs(finished):
    rows = read_manifest(finished / "manifest" / "manifest.csv")
    expected = {
        (a["ID"], b["ID"]): str(int(a["singer"] == b["singer"]))
        for a, b in combinations(rows, 2)
        if a["song"] != b["song"]
    }
    found = {(x["first"], x["second"]): x["label"] for x in scores_in(finished)}
    assert found == expected


def test_the_page_has_all_pictures(finished):
    page = (finished / "report.html").read_text()
    pictures = sorted(path.name for path in finished.glob("*.png"))
    assert pictures == [
        "det.png",
        "scores.png",
        "similarity.png",
        "tsne_sex.png",
        "tsne_singer.png",
    ]
    assert page.count("data:image/png;base64,") == len(pictures)
    assert "equal error rate" in page


def test_a_second_run_only_reads_the_embeddings(finished, corpus, tmp_path):
    cache = finished / "cache"
    before = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    verify(corpus, tmp_path, cache_folder=cache)
    assert {p: p.stat().st_mtime_ns for p in cache.iterdir()} == before
    found, expected = scores_in(tmp_path), scores_in(finished)
    scores = [[float(x.pop("score")) for x in own] for own in (found, expected)]
    assert found == expected
    # Cosines of single precision, rounded apart by other batches and threads
    np.testing.assert_allclose(*scores, rtol=0, atol=1e-5)


def test_trials_of_one_sex_among_clips(corpus, tmp_path):
    metrics = verify(corpus, tmp_path, same="sex", clip_seconds=0.5)
    rows = read_manifest(tmp_path / "manifest" / "manifest.csv")
    assert metrics["recordings"] == 3 * len(rows)
    by_clip = {f"{row['ID']}#{k}": row for row in rows for k in range(3)}
    for line in scores_in(tmp_path):
        first, second = by_clip[line["first"]], by_clip[line["second"]]
        assert first["sex"] == second["sex"]
        assert first["song"] != second["song"]


def test_balanced_trials_can_be_used_again(corpus, tmp_path):
    first = verify(corpus, tmp_path / "a", trials="balanced", trial_count=20)
    assert first["trials"] == 20 and first["same_singer_trials"] == 10
    saved = tmp_path / "a" / "trials.txt"
    again = verify(corpus, tmp_path / "b", trials=saved)
    assert scores_in(tmp_path / "a") == scores_in(tmp_path / "b")
    assert again["EER"] == first["EER"]


@pytest.mark.parametrize("back_end", ["centred", "whitened", "s_norm", "plda"])
def test_back_ends_learn_from_other_singers(corpus, tmp_path, back_end):
    parts = {"valid_singers": 2, "test_singers": 2, "part": "test"}
    background = {
        "background_corpus": "synthetic",
        "background_folder": corpus,
        "background_options": "{singers: 6, songs_per_singer: 3, seconds: 1.5}",
        "background_part": "train",
    }
    metrics = verify(corpus, tmp_path, back_end=back_end, **parts, **background)
    assert metrics["singers"] == 2
    assert metrics["settings"]["back_end"] == back_end
    scores = np.array([float(line["score"]) for line in scores_in(tmp_path)])
    assert np.isfinite(scores).all() and scores.std() > 0


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"back_end": "plda"}, "background_corpus"),
        ({"back_end": "cosin"}, "there are cosine, distance"),
        ({"same": "colour"}, "no column 'colour'"),
        ({"colours": "[singer, statment]"}, "no column 'statment'"),
        ({"calibrate": True}, "mfcc is not the folder of an encoder"),
        ({"calibrate": True, "encoder": "wavlm"}, "wavlm is not the folder"),
        ({"trials": "no.txt"}, "no such list"),
        ({"encoder": "/no/such/folder"}, "no such folder"),
        ({"part": "dev"}, "no part 'dev'"),
        # Before the encoder is asked for
        ({"replicates": -1, "encoder": "/no/such/folder"}, "replicates: -1"),
        ({"same": "singer", "encoder": "/no/such/folder"}, "and both kinds"),
        ({"bak_end": "plda"}, "did you mean 'back_end'"),
    ],
)
def test_what_is_wrong_is_said(corpus, tmp_path, overrides, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        verify(corpus, tmp_path, **overrides)


def test_only_its_own_scores_can_be_calibrated(corpus, encoder, tmp_path):
    with pytest.raises(ValueError, match="calibrate with --back_end cosine"):
        verify(
            *(corpus, tmp_path / "out"),
            **{"encoder": encoder, "back_end": "distance", "calibrate": True},
        )
    assert not (encoder / "calibration.yaml").exists()


@pytest.fixture
def encoder(folder, tmp_path):
    """The folder of an encoder without a threshold."""
    copy = shutil.copytree(folder, tmp_path / "encoder")
    (copy / "calibration.yaml").unlink()
    return copy


def bits(ratios, same):
    """The cost of log-likelihood ratios, by its formula."""
    cost = np.log2(1 + np.exp(-ratios[same])).mean()
    return (cost + np.log2(1 + np.exp(ratios[~same])).mean()) / 2


def test_a_calibration_is_kept_with_the_encoder(corpus, large_model, tmp_path):
    """And decides from then on, but not about other scores."""
    encoder = export_encoder(tmp_path / "encoder", large_model, 1.0)
    first = verify(corpus, tmp_path / "a", encoder=encoder, calibrate=True)
    assert "threshold" not in first and "Cllr" not in first
    kept = SingerEncoder.from_hparams(encoder).calibration
    assert kept["set_on"]["corpus"] == "synthetic"
    assert kept["set_on"]["EER_percent"] == first["EER"] > 0
    assert kept["set_on"]["trials"] == first["trials"]

    second = verify(corpus, tmp_path / "b", encoder=encoder)
    lines = scores_in(tmp_path / "b")
    scores = np.array([float(line["score"]) for line in lines])
    same = np.array([line["label"] == "1" for line in lines])
    accepted = scores > kept["threshold"]
    assert second["threshold"] == kept["threshold"]
    assert second["false_rejection"] == pytest.approx(
        100 * (~accepted[same]).mean()
    )
    ratios = kept["slope"] * scores + kept["offset"]
    assert second["Cllr"] == pytest.approx(bits(ratios, same), abs=1e-5)

    settings = {
        **{"valid_singers": 2, "test_singers": 2, "part": "test"},
        **{"background_corpus": "synthetic", "background_folder": corpus},
        **{"background_options": TINY["corpus_options"]},
        **{"background_part": "train", "encoder": encoder},
    }
    centred = verify(corpus, tmp_path / "c", back_end="centred", **settings)
    assert "threshold" not in centred and "Cllr" not in centred
    plda = verify(corpus, tmp_path / "d", back_end="plda", **settings)
    lines = scores_in(tmp_path / "d")
    ratios = np.array([float(line["score"]) for line in lines])
    same = np.array([line["label"] == "1" for line in lines])
    assert "threshold" not in plda
    assert plda["Cllr"] == pytest.approx(bits(ratios, same), abs=1e-5)


def test_a_siamese_encoder_is_measured_by_its_distance(corpus, model, tmp_path):
    folder = tmp_path / "siamese"
    export_encoder(folder, model, 1.0, score="squared_distance")
    with pytest.raises(ValueError, match="calibrate with --back_end distance"):
        verify(
            *(corpus, tmp_path / "no"),
            **{"encoder": folder, "back_end": "cosine", "calibrate": True},
        )
    # As if it had been fitted on trials; this one is not trained
    threshold = store_calibration(folder, Calibration(slope=1e5, offset=1.0))
    figures = verify(corpus, tmp_path / "a", encoder=folder)
    scores = [float(line["score"]) for line in scores_in(tmp_path / "a")]
    assert figures["settings"]["back_end"] == "distance"
    assert figures["threshold"] == threshold == -1e-5
    assert "Cllr" in figures
    assert max(scores) <= 0 and len({*scores}) > 100
    by_cosine = verify(
        corpus, tmp_path / "c", encoder=folder, back_end="cosine"
    )
    assert by_cosine["EER_threshold"] > 0 >= figures["EER_threshold"]
    assert "threshold" not in by_cosine
    assert by_cosine["settings"]["back_end"] == "cosine"


def test_the_trials_singers_are_no_background(corpus, tmp_path):
    with pytest.raises(ValueError, match="share 18 values of wav"):
        verify(
            corpus,
            tmp_path,
            back_end="centred",
            background_corpus="synthetic",
            background_folder=corpus,
            background_options=TINY["corpus_options"],
        )


def test_a_file_that_cannot_be_used_costs_a_list_its_trials_only(
    finished, corpus, tmp_path
):
    """Whether it fails at probing or is shorter than a clip."""
    singers = sorted(path for path in corpus.iterdir() if path.is_dir())[:2]
    for singer in singers:
        shutil.copytree(singer, tmp_path / "my" / singer.name)
    files = sorted((tmp_path / "my").rglob("*.wav"))
    names = [path.relative_to(tmp_path / "my").as_posix() for path in files]
    files[1].write_text("no audio")
    files[4].write_bytes(b"")
    lines = [
        *(f"1,{names[0]},{names[1]}", f"1,{names[0]},{names[2]}"),
        *(f"0,{names[0]},{names[4]}", f"0,{names[2]},{names[3]}"),
    ]
    (tmp_path / "list.txt").write_text("\n".join(lines))
    verify(
        tmp_path / "my",
        tmp_path / "out",
        corpus="folder",
        corpus_options="{}",
        trials=tmp_path / "list.txt",
    )
    found = [
        (line["label"], line["first"], line["second"])
        for line in scores_in(tmp_path / "out")
    ]
    assert found == [("1", names[0], names[2]), ("0", names[2], names[3])]


def verify_as_one_of_two(rank, port, *folders):
    be_one_of(2, rank, port)
    flag = "--distributed_backend=gloo"
    run(SCRIPT, arguments("verification", *folders, flag))


def test_several_processes_give_the_same(finished, corpus, tmp_path):
    folders = corpus, tmp_path
    start(verify_as_one_of_two, get_free_port(), *folders, number=2)
    found, expected = scores_in(tmp_path), scores_in(finished)
    scores = [[float(x.pop("score")) for x in own] for own in (found, expected)]
    assert found == expected
    # Cosines of single precision, rounded apart by other batches and threads
    np.testing.assert_allclose(*scores, rtol=0, atol=1e-5)
