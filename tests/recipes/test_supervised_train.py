"""Classifiers and siamese networks, trained, handed over and measured."""

import csv
import os

import pytest
import torch
from supervised_recipe import SCRIPT, figures, run

from speechbrain_singer.inference.encoder import SingerEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All folds of a classifier, and a siamese network beside it."""
    folder = tmp_path_factory.mktemp("supervised")
    run("singer_cnn", folder)
    return folder


@pytest.fixture(scope="module")
def siamese(tmp_path_factory):
    folder = tmp_path_factory.mktemp("siamese")
    run("performance_siamese", folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def further_runs(folder, siamese, pictures_are_left_out):
    """Whose pictures nobody looks at."""


def predictions(fold):
    with (fold / "predictions.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_recording_is_tested_in_one_fold(folder):
    folds = sorted((folder / "results" / "by_recording").glob("fold_*"))
    tested = [row["ID"] for fold in folds for row in predictions(fold)]
    assert len(folds) == 4
    assert len(tested) == len(set(tested)) == 16
    for fold in folds:
        own = figures(fold)
        assert own["singers"] == 4
        assert own["recordings"] == {"train": 8, "valid": 4, "test": 4}
        # Every singer sings every song, and once
        assert own["shared_songs"]["shared_by_singer"] == 0


def test_all_folds_stand_on_one_page(folder):
    found = figures(folder / "results")
    assert found["settings"]["corpus"] == "synthetic_balanced"
    page = (folder / "results" / "report.html").read_text()
    assert "4 of 4 folds are there." in page and "data:image/png" in page
    # Four singers have as many windows each
    assert found["recording"]["chance"]["window"]["values"] == [25] * 4


def test_accuracies_are_those_of_the_predictions(folder):
    fold = folder / "results" / "by_recording" / "fold_1"
    rows = predictions(fold)
    right = sum(row["singer"] == row["predicted"] for row in rows)
    accuracy = figures(fold)["test"]["recording"]
    assert accuracy == pytest.approx(100 * right / len(rows))


def test_the_classifier_names_singers_of_files(folder):
    fold = folder / "results" / "by_recording" / "fold_0"
    encoder = SingerEncoder.from_hparams(fold / "encoder")
    row = predictions(fold)[0]
    guess = encoder.classify_file(folder / "corpus" / row["ID"])
    assert guess.out_prob.shape == (1, 4)
    assert guess.out_prob.sum().item() == pytest.approx(1)
    assert guess.text_lab[0] in {f"singer{i:04d}" for i in range(4)}
    assert encoder.names[guess.index.item()] == guess.text_lab[0]
    assert encoder.encode_file(folder / "corpus" / row["ID"]).shape == (8,)


def test_what_is_done_is_not_done_again(folder):
    metrics = folder / "results" / "by_recording" / "fold_2" / "metrics.json"
    before = metrics.stat().st_mtime_ns
    page = folder / "results" / "report.html"
    page.unlink()  # as if the run had been killed before it was written
    run("singer_cnn", folder, fold=2)
    assert metrics.stat().st_mtime_ns == before
    assert page.is_file()
    kept = metrics.with_name("train.py").read_bytes()
    assert kept == SCRIPT.read_bytes()  # what was run


def test_folds_of_other_settings_are_refused(folder):
    message = "lr is 0.5 now, 0.001 then"
    with pytest.raises(ValueError, match=message):
        run("singer_cnn", folder, fold=2, lr=0.5)


def test_folds_by_song_stand_beside(folder):
    results = run("singer_cnn", folder, fold=3, group_by="song", epochs=1)
    assert set(figures(results)) >= {"recording", "song"}
    own = figures(results / "by_song" / "fold_3")
    assert own["shared_songs"]["shared"] == 0


def test_a_siamese_network_compares_by_its_distance(siamese):
    encoder = SingerEncoder.from_hparams(siamese / "results" / "encoder")
    first, second = sorted((siamese / "corpus").glob("*/*.wav"))[:2]
    decision = encoder.verify_files(first, second)
    embeddings = [encoder.encode_file(path) for path in (first, second)]
    assert embeddings[0].shape == (16,)
    distance = (embeddings[0] - embeddings[1]).square().sum().item()
    assert decision.score == pytest.approx(-distance, rel=1e-4, abs=1e-6)
    assert encoder.threshold <= 0
    assert decision.same_singer == (decision.score > encoder.threshold)


def test_performances_are_compared_with_handcrafted_features(siamese):
    found = figures(siamese / "results")
    assert found["collapsed_loss"] == 0.25
    assert found["epochs_asked"] == 2
    assert list(found["encoders"]) == [
        *("siamese network", "spectral features", "MFCC")
    ]
    for report in found["encoders"].values():
        assert report["performances"] == 8  # of two singers, four songs
        assert report["neighbours"]["song"]["classes"] == 4
    for name in ("report.html", "curves.png", "neighbours.png", "table.md"):
        assert (siamese / "results" / name).stat().st_size > 0


def test_a_bad_file_in_the_middle_costs_itself_only(folder, tmp_path):
    run("singer_cnn", folder, fold=0, output_folder=tmp_path, epochs=1)
    path = sorted((folder / "corpus").glob("*/*.wav"))[5]
    whole = path.read_bytes()
    stamp = path.stat()
    try:
        path.write_bytes(whole[: len(whole) // 2])
        # As if the manifest and the cache knew nothing of it
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 10**9))
        run("singer_cnn", folder, fold=1, output_folder=tmp_path / "cut")
    finally:
        path.write_bytes(whole)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    fold = tmp_path / "cut" / "by_recording" / "fold_1"
    assert path.name in (tmp_path / "cut/manifest/skipped.csv").read_text()
    assert "1 of 16" in (fold / "log.txt").read_text()
    assert sum(figures(fold)["recordings"].values()) == 15


def test_recordings_shorter_than_a_window_are_said_before_training(tmp_path):
    with pytest.raises(RuntimeError, match="are shorter than a window of 200"):
        run("singer_cnn", tmp_path, window_frames=200)


def test_what_folds_cannot_be_made_of_is_said(tmp_path):
    corpus = tmp_path / "corpus"
    noise = torch.randn(4, 33075).clamp(-1, 1) / 4
    import soundfile

    for number, singer in enumerate("aabb"):
        (corpus / singer).mkdir(parents=True, exist_ok=True)
        path = corpus / singer / f"{number}.wav"
        soundfile.write(path, noise[number].numpy(), 22050)
    options = {"corpus": "folder", "corpus_options": "{}", "folds": 2}
    with pytest.raises(ValueError, match="4 recordings have no 'album'"):
        run("singer_cnn", tmp_path, group_by="album", fold=0, **options)
    for path in (corpus / "b").iterdir():
        path.unlink()
    with pytest.raises(ValueError, match="two singers at least"):
        run("singer_cnn", tmp_path, fold=0, **options)


@pytest.mark.parametrize(
    ("name", "options", "results"),
    [
        ("singer_cnn", {"fold": 0}, "by_recording/fold_0"),
        ("performance_siamese", {}, "."),
    ],
)
def test_a_few_steps_of_debug_are_no_results(tmp_path, name, options, results):
    folder = run(name, tmp_path, "--debug", **options) / results
    assert (folder / "debug" / "metrics.json").exists()
    assert (folder / "debug" / "encoder" / "encoder.safetensors").exists()
    assert not (folder / "metrics.json").exists()
    assert not (folder / "encoder").exists()
