import hashlib
import json
import shutil
from copy import deepcopy
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError
from speechbrain.utils.fetching import FetchConfig, FetchFrom, FetchSource

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.recording_encoder import RecordingEncoder
from speechbrain_singer.inference.source import encoder_folder


@pytest.fixture(scope="module")
def other(model, tmp_path_factory):
    """The folder of an encoder with other weights and no threshold."""
    folder = tmp_path_factory.mktemp("other") / "encoder"
    model = deepcopy(model)
    model.encoder.net.classifier[1].weight.data += 1
    return export_encoder(folder, model, 1.0)


class Hub:
    """Repositories that are folders here; without a network there are none."""

    def __init__(self):
        self.repositories = {}
        self.asked = []

    def download(self, repository, allow_patterns, **options):
        self.asked.append((repository, options["revision"]))
        if repository not in self.repositories:
            raise LocalEntryNotFoundError("offline")
        return str(self.repositories[repository])


@pytest.fixture
def fake_hub(monkeypatch, folder, other):
    fake = Hub()
    fake.repositories = {"someone/singers": folder, "someone/others": other}
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake.download)
    return fake


def digest(folder):
    return SingerEncoder.from_hparams(folder).sha256


def test_a_folder_without_an_encoder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no hyperparams\.yaml"):
        SingerEncoder.from_hparams(tmp_path)


def test_sources_of_speechbrain_s(folder, fake_hub):
    source = FetchSource(FetchFrom.LOCAL, str(folder))
    assert encoder_folder(source) == folder
    source = FetchSource(FetchFrom.LOCAL, "someone/singers")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        encoder_folder(source)
    source = FetchSource(FetchFrom.HUGGING_FACE, "someone/singers")
    assert encoder_folder(source) == folder
    source = FetchSource(FetchFrom.URI, "https://example.org/encoder")
    with pytest.raises(ValueError, match="web addresses"):
        encoder_folder(source)


def test_a_path_that_is_missing_is_not_asked_of_the_hub(fake_hub):
    with pytest.raises(FileNotFoundError, match="singers: no such folder"):
        SingerEncoder.from_hparams(Path("someone/singers"))
    assert not fake_hub.asked


def test_from_the_hub(folder, fake_hub):
    config = FetchConfig(revision="v1")
    encoder = SingerEncoder.from_hparams("someone/singers", fetch_config=config)
    assert encoder.sha256 == digest(folder) and encoder.threshold == 0.5
    assert fake_hub.asked == [("someone/singers", "v1")]


def test_without_a_network(fake_hub):
    with pytest.raises(OSError, match=r"'no/one' is not a folder.*offline"):
        SingerEncoder.from_hparams("no/one")


def test_from_the_hub_s_own_cache(folder, tmp_path, monkeypatch):
    """As its client lays it out, asked without a network."""
    repository = tmp_path / "models--someone--singers"
    commit = "a" * 40
    snapshot = repository / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    (repository / "blobs").mkdir()
    for path in folder.iterdir():
        blob = (
            repository / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        )
        shutil.copy(path, blob)
        (snapshot / path.name).symlink_to(blob)
    config = FetchConfig(
        allow_network=False, huggingface_cache_dir=str(tmp_path)
    )
    encoder = SingerEncoder.from_hparams("someone/singers", fetch_config=config)
    assert encoder.sha256 == digest(folder)
    with pytest.raises(OSError, match="'no/one' is not a folder here"):
        SingerEncoder.from_hparams("no/one", fetch_config=config)
    content = bytearray(blob.read_bytes())
    content[0] ^= 1
    blob.write_bytes(content)
    with pytest.raises(ValueError, match=f"damaged.*{blob}"):
        SingerEncoder.from_hparams("someone/singers", fetch_config=config)


def test_a_savedir_never_gives_another_folder_s_weights(
    folder, other, tmp_path
):
    assert digest(folder) != digest(other)
    for source in (folder, other, folder):
        encoder = SingerEncoder.from_hparams(source, savedir=tmp_path / "m")
        assert encoder.sha256 == digest(source)


def test_a_savedir_keeps_a_repository(folder, fake_hub, tmp_path):
    savedir = tmp_path / "models" / "singers"
    for _ in range(2):
        encoder = SingerEncoder.from_hparams("someone/singers", savedir=savedir)
        assert encoder.sha256 == digest(folder) and encoder.threshold == 0.5
        fake_hub.repositories.clear()  # from here on there is no network
    assert fake_hub.asked == [("someone/singers", None)]
    assert not any(path.is_symlink() for path in savedir.iterdir())


def test_a_savedir_never_gives_another_repository_s_weights(fake_hub, tmp_path):
    SingerEncoder.from_hparams("someone/singers", savedir=tmp_path / "m")
    for source, config in (
        ("someone/others", None),
        ("someone/singers", FetchConfig(revision="v2")),
    ):
        with pytest.raises(ValueError, match="holds someone/singers, not") as e:
            SingerEncoder.from_hparams(
                source, savedir=tmp_path / "m", fetch_config=config
            )
        assert str(tmp_path / "m") in str(e.value) and source in str(e.value)
    assert fake_hub.asked == [("someone/singers", None)]


@pytest.mark.parametrize("note", [None, "{", '{"repository": 3}', "[]"])
def test_a_savedir_of_something_unknown(folder, fake_hub, tmp_path, note):
    savedir = shutil.copytree(folder, tmp_path / "m")
    if note:
        (savedir / ".source.json").write_text(note)
    with pytest.raises(ValueError, match="not someone/others: name another"):
        SingerEncoder.from_hparams("someone/others", savedir=savedir)


def test_a_savedir_that_a_kill_left_is_filled(folder, fake_hub, tmp_path):
    savedir = tmp_path / "m"
    savedir.mkdir()
    note = {"repository": "someone/singers", "revision": None}
    (savedir / ".source.json").write_text(json.dumps(note))
    (savedir / "encoder.safetensors").write_bytes(b"half")
    encoder = SingerEncoder.from_hparams("someone/singers", savedir=savedir)
    assert encoder.sha256 == digest(folder)


def test_a_savedir_that_is_to_be_brought_up_to_date(other, fake_hub, tmp_path):
    savedir = tmp_path / "m"
    SingerEncoder.from_hparams("someone/singers", savedir=savedir)
    fake_hub.repositories["someone/singers"] = other
    encoder = SingerEncoder.from_hparams(
        "someone/singers",
        savedir=savedir,
        fetch_config=FetchConfig(allow_updates=True),
    )
    # Its threshold with it: that of the former weights is not the new ones'
    assert encoder.sha256 == digest(other) and encoder.threshold is None


@pytest.mark.parametrize(
    "name, reason",
    [
        ("local_strategy", "a savedir has copies"),
        ("overrides_must_match", "has to match"),
        ("download_only", "snapshot_download"),
        ("use_auth_token", "FetchConfig"),
        ("pymodule_file", "trust_remote_code"),
        ("nonsense", "no such argument"),
    ],
)
def test_speechbrain_s_other_options_are_no_options(name, reason):
    with pytest.raises(TypeError, match=f"{name}: .*{reason}"):
        SingerEncoder.from_hparams("x", **{name: None})


def test_its_base_class_loads_too(folder):
    encoder = RecordingEncoder.from_hparams(folder)
    assert encoder.sha256 == digest(folder)


@pytest.mark.parametrize("savedir", [False, True])
def test_a_description_of_another_name(
    folder, fake_hub, tmp_path, monkeypatch, savedir
):
    repository = shutil.copytree(folder, tmp_path / "repository")
    (repository / "hyperparams.yaml").rename(repository / "mine.yaml")
    patterns = []

    def download(repository_, allow_patterns, **_):
        patterns.append(allow_patterns)
        return repository

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    options = {"savedir": tmp_path / "m"} if savedir else {}
    for _ in range(2):
        encoder = SingerEncoder.from_hparams(
            "someone/singers", hparams_file="mine.yaml", **options
        )
        assert encoder.dimension == 48
    assert "mine.yaml" in patterns[0] and len(patterns) == (1 if savedir else 2)


def test_trust_fetches_what_a_savedir_lacks(folder, fake_hub, tmp_path):
    repository = shutil.copytree(folder, tmp_path / "repository")
    (repository / "own.ckpt").touch()
    fake_hub.repositories["someone/singers"] = repository
    savedir = tmp_path / "m"
    for trust in (False, True, True, False):
        SingerEncoder.from_hparams(
            "someone/singers", savedir=savedir, trust_remote_code=trust
        )
        assert (savedir / "own.ckpt").exists() == bool(len(fake_hub.asked) - 1)
    assert len(fake_hub.asked) == 2
