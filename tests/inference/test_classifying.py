"""Encoders that know names: which of them is singing?"""

import shutil

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file
from small_encoders import (
    RATE,
    SAMPLES,
    SECONDS,
    small_encoder,
    sound,
    windows_of,
)

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.recording_encoder import RecordingEncoder
from speechbrain_singer.lobes.heads import ClassifierHead

CPU = {"device": "cpu"}
NAMES = ["ann: the first", "007", "1e5", "yes"]


@pytest.fixture(scope="module")
def network():
    return small_encoder()


@pytest.fixture(scope="module")
def head():
    torch.manual_seed(1)
    return ClassifierHead(6, NAMES)


@pytest.fixture(scope="module")
def exported(network, head, tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifier") / "encoder"
    return export_encoder(folder, network, SECONDS, classifier=head)


@pytest.fixture
def classifier(exported):
    return SingerEncoder.from_hparams(exported, run_opts=CPU)


@pytest.fixture(scope="module")
def nameless(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nameless") / "encoder"
    return export_encoder(folder, network, SECONDS)


def write(path, audio):
    soundfile.write(path, audio.numpy(), RATE, subtype="FLOAT")
    return path


def by_hand(network, head, audio):
    """Softmax of each window, and its mean."""
    with torch.no_grad():
        logits = head.linear(network(windows_of(audio)))
    shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return shares.mean(dim=0)


def test_a_file_is_the_mean_of_its_windows(classifier, network, head, tmp_path):
    audio = sound(3 * SAMPLES + 100)
    expected = by_hand(network, head, audio)
    guess = classifier.classify_file(write(tmp_path / "a.wav", audio))
    torch.testing.assert_close(
        guess.out_prob, expected[None], atol=1e-5, rtol=0
    )
    assert guess.out_prob.sum().item() == pytest.approx(1)
    assert guess.score.tolist() == pytest.approx([expected.max().item()])
    assert guess.index.tolist() == [int(expected.argmax())]
    assert guess.text_lab == [NAMES[expected.argmax()]]
    # In SpeechBrain's order
    out_prob, score, index, text_lab = guess
    assert (out_prob, score, index, text_lab) == tuple(guess)


def test_batches_and_padding(classifier, network, head):
    long, short = sound(3 * SAMPLES, 1), sound(2 * SAMPLES, 2) ** 3
    padded = torch.nn.utils.rnn.pad_sequence([long, short], batch_first=True)
    guess = classifier.classify_batch(padded, torch.tensor([1.0, 2 / 3]))
    expected = [by_hand(network, head, audio) for audio in (long, short)]
    torch.testing.assert_close(
        guess.out_prob, torch.stack(expected), atol=1e-5, rtol=0
    )
    assert guess.text_lab == [NAMES[int(p.argmax())] for p in expected]
    with pytest.raises(AudioError, match=r"row 1 .*silent"):
        classifier.classify_batch(torch.stack([long, 0 * long]))


def test_silent_windows_do_not_count(classifier):
    audio, rest = sound(2 * SAMPLES), torch.zeros(SAMPLES)
    guess = classifier.classify_batch(torch.cat([rest, rest, rest, audio]))
    expected = classifier.classify_batch(audio)
    torch.testing.assert_close(
        guess.out_prob, expected.out_prob, atol=1e-5, rtol=0
    )


def test_one_bad_file_among_many(classifier, tmp_path, caplog):
    good = write(tmp_path / "good.wav", sound(2 * SAMPLES))
    bad = write(tmp_path / "bad.wav", torch.zeros(2 * SAMPLES))
    guess = classifier.classify_files([bad, good, None], progressbar=False)
    alone = classifier.classify_file(good)
    torch.testing.assert_close(guess.out_prob[1:2], alone.out_prob)
    assert guess.out_prob[[0, 2]].isnan().all()
    assert guess.score.isnan().tolist() == [True, False, True]
    assert guess.text_lab == [None, *alone.text_lab, None]
    assert guess.index.tolist() == [-1, *alone.index.tolist(), -1]
    assert "bad.wav: silent" in caplog.text
    assert "item 2 is None" in caplog.text
    with pytest.raises(AudioError, match=r"none of 1 files.*bad\.wav"):
        classifier.classify_files([bad], progressbar=False)
    with pytest.raises(AudioError, match=r"bad\.wav: silent"):
        classifier.classify_file(bad)
    for wrong in (str(good), good):
        with pytest.raises(TypeError, match=r"encode_file and classify_file"):
            classifier.classify_files(wrong)


def test_it_encodes_as_without_a_classifier(classifier, exported, nameless):
    audio = sound(2 * SAMPLES)
    plain = SingerEncoder.from_hparams(nameless, run_opts=CPU)
    expected = plain.encode_batch(audio)
    assert torch.equal(classifier.encode_batch(audio), expected)
    assert classifier.encode_batch(audio).norm().item() == pytest.approx(1)
    assert classifier.names == NAMES and plain.names is None
    # Who embeds only needs no names
    base = RecordingEncoder.from_hparams(exported, run_opts=CPU)
    assert torch.equal(base.encode_batch(audio), expected)
    assert plain.sha256 != classifier.sha256


def test_both_parts_stand_in_the_weights(exported, network, head):
    weights = load_file(exported / "encoder.safetensors")
    for prefix, module in (("encoder.", network), ("classifier.", head)):
        for name, value in module.state_dict().items():
            assert torch.equal(weights.pop(prefix + name), value)
    assert not weights


def test_with_trust_it_knows_the_same_names(exported, classifier):
    """HyperPyYAML reads YAML of another version."""
    trusted = SingerEncoder.from_hparams(
        exported, run_opts=CPU, trust_remote_code=True
    )
    assert trusted.names == NAMES
    audio = sound(SAMPLES)
    assert torch.equal(
        trusted.classify_batch(audio).out_prob,
        classifier.classify_batch(audio).out_prob,
    )


def test_an_encoder_without_a_classifier_says_what_to_do(nameless, tmp_path):
    plain = SingerEncoder.from_hparams(nameless, run_opts=CPU)
    path = write(tmp_path / "a.wav", sound(SAMPLES))
    message = "no classifier.*classifier=.*verify_files"
    for classify in (
        lambda: plain.classify_batch(sound(SAMPLES)),
        lambda: plain.classify_file(path),
        lambda: plain.classify_files([path], progressbar=False),
    ):
        with pytest.raises(ValueError, match=message):
            classify()


def test_a_siamese_encoder_may_have_a_classifier(network, head, tmp_path):
    folder = export_encoder(
        *(tmp_path / "e", network, SECONDS),
        score="squared_distance",
        classifier=head,
    )
    both = SingerEncoder.from_hparams(folder, run_opts=CPU)
    assert (both.score, both.names) == ("squared_distance", NAMES)


def test_a_classifier_of_other_embeddings_is_not_exported(network, tmp_path):
    with pytest.raises(ValueError, match=r"takes 7 dimensions.*gives 6"):
        export_encoder(
            *(tmp_path / "e", network, SECONDS),
            classifier=ClassifierHead(7, NAMES),
        )
    assert not any(tmp_path.iterdir())


def test_weights_that_are_not_finite_are_not_exported(network, tmp_path):
    head = ClassifierHead(6, NAMES)
    head.linear.bias.data[2] = torch.nan
    with pytest.raises(ValueError, match=r"classifier\.linear\.bias is not fi"):
        export_encoder(tmp_path / "e", network, SECONDS, classifier=head)


@pytest.mark.parametrize(
    "former, new, message",
    [
        ("007", "008", "a setting was changed"),
        ("input_dim: 6", "input_dim: 7", "a setting was changed"),
        ("    classifier: !ref <classifier>\n", "", "a setting was changed"),
        ("lobes.heads.ClassifierHead", "os.System", "a setting was changed"),
    ],
)
def test_changed_settings(exported, tmp_path, former, new, message):
    copy = shutil.copytree(exported, tmp_path / "encoder")
    path = copy / "hyperparams.yaml"
    text = path.read_text()
    assert former in text
    path.write_text(text.replace(former, new))
    with pytest.raises(ValueError, match=message):
        SingerEncoder.from_hparams(copy)


PRETRAINER = """\
pretrainer: !new:speechbrain_singer.published.parameters.PublishedPretrainer
    hub_folder: byol
    encoder: !ref <encoder>
"""


@pytest.mark.parametrize(
    "former, new, message",
    [
        ("input_dim: 6", "input_dim: 7", "'classifier' is none of its"),
        ("<classifier>", "<features>", "'classifier' is none of its"),
        ("heads.ClassifierHead", "heads.ProjectionHead", "none of the known"),
        ('"007"', '"yes"', "names: 'yes' is there twice"),
        ('"007"', "7", "names: 7: a name has to be text"),
        ("input_dim: 6", "input_dim: 999999999", "e\\+09 parameters"),
        ("", "", "'classifier' has no weights here"),
    ],
)
def test_foreign_folders(exported, tmp_path, former, new, message):
    """Of others, who write no digest."""
    copy = shutil.copytree(exported, tmp_path / "encoder")
    path = copy / "hyperparams.yaml"
    lines = path.read_text().replace(former, new).splitlines()
    lines = [line for line in lines if not line.startswith("sha256")]
    path.write_text("\n".join([*lines, PRETRAINER]))
    with pytest.raises(ValueError, match=message):
        SingerEncoder.from_hparams(copy)


def test_weights_without_the_classifier_s(exported, nameless, tmp_path):
    copy = shutil.copytree(exported, tmp_path / "encoder")
    shutil.copy(nameless / "encoder.safetensors", copy)
    with pytest.raises(ValueError, match="does not fit"):
        SingerEncoder.from_hparams(copy)


def test_probabilities_sum_to_one_for_many_names(network, tmp_path):
    names = [f"singer_{n:05d}" for n in range(5500)]
    head = ClassifierHead(6, names)
    folder = export_encoder(tmp_path / "e", network, SECONDS, classifier=head)
    many = SingerEncoder.from_hparams(folder, run_opts=CPU)
    assert many.names == names
    guess = many.classify_batch(sound(5 * SAMPLES))
    assert guess.out_prob.shape == (1, 5500)
    assert np.sum(guess.out_prob.numpy()) == pytest.approx(1, abs=1e-4)
