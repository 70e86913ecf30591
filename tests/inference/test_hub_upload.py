import shutil
from types import SimpleNamespace

import huggingface_hub
import pytest
from huggingface_hub import errors
from huggingface_hub.utils import filter_repo_objects

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.hub_upload import (
    load_to_publish,
    public_files,
    upload,
)


class FakeHub:
    """Keeps repositories as folders, as the hub's client is asked to."""

    def __init__(self, root):
        self.root, self.private = root, {}

    def create_repo(self, repo_id, private, exist_ok):
        (self.root / repo_id).mkdir(parents=True, exist_ok=exist_ok)
        self.private.setdefault(repo_id, private)

    def upload_folder(
        self, repo_id, folder_path, allow_patterns, delete_patterns, **_
    ):
        repository = self.root / repo_id
        there = [path.name for path in repository.iterdir()]
        for name in filter_repo_objects(there, allow_patterns=delete_patterns):
            (repository / name).unlink()
        names = [path.name for path in folder_path.iterdir()]
        for name in filter_repo_objects(names, allow_patterns=allow_patterns):
            shutil.copyfile(folder_path / name, repository / name)
        return SimpleNamespace(commit_url=f"https://hub/{repo_id}/commit/1")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    fake = FakeHub(tmp_path / "hub")
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: fake)
    monkeypatch.setattr(
        huggingface_hub,
        "snapshot_download",
        lambda repository, allow_patterns, **_: fake.root / repository,
    )
    return fake


@pytest.fixture
def mine(folder, tmp_path):
    mine = shutil.copytree(folder, tmp_path / "mine")
    (mine / "README.md").write_text("its card")
    (mine / "diary.txt").write_text("not for others")
    return mine


def test_what_was_pushed_is_what_loads(hub, mine, noise):
    address = upload(mine, "someone/singers", private=True)
    assert address == "https://hub/someone/singers/commit/1"
    assert hub.private == {"someone/singers": True}
    loaded = SingerEncoder.from_hparams("someone/singers")
    local = SingerEncoder.from_hparams(mine)
    assert (loaded.sha256, loaded.threshold) == (local.sha256, 0.5)
    clip = noise(1)
    assert loaded.encode_batch(clip).equal(local.encode_batch(clip))


def test_nothing_else_leaves_and_nothing_of_a_former_one_stays(hub, mine):
    upload(mine, "someone/singers")
    there = hub.root / "someone/singers"
    (there / "encoder.ckpt").touch()
    (there / ".gitattributes").touch()
    (mine / "calibration.yaml").unlink()
    upload(mine, "someone/singers")
    expected = {".gitattributes", "README.md", "encoder.safetensors"}
    expected.add("hyperparams.yaml")
    assert {path.name for path in there.iterdir()} == expected
    assert set(public_files(mine)) == expected - {".gitattributes"}


@pytest.mark.parametrize(
    "status, said",
    [
        (401, "someone/x: no valid token: run `hf auth login`"),
        (403, "someone/x: your token may not write there"),
        (404, "someone/x: there is no such user"),
        (500, "someone/x: try it again later"),
    ],
)
def test_the_hub_refuses(status, said, hub, mine, monkeypatch):
    error = errors.HfHubHTTPError.__new__(errors.HfHubHTTPError)
    Exception.__init__(error, f"{status} of the hub\n\nmore of it")
    error.response = SimpleNamespace(status_code=status)
    monkeypatch.setattr(hub, "create_repo", _raises(error))
    with pytest.raises(OSError, match=said) as refused:
        upload(mine, "someone/x")
    assert str(refused.value).endswith(f"(the hub says: {status} of the hub)")


@pytest.mark.parametrize(
    "error", [errors.HTTPError("no name"), errors.OfflineModeIsEnabled("no")]
)
def test_no_network(error, hub, mine, monkeypatch):
    monkeypatch.setattr(hub, "upload_folder", _raises(error))
    with pytest.raises(OSError, match="someone/x: the hub cannot be reached"):
        upload(mine, "someone/x")


def test_a_damaged_encoder_is_not_published(mine):
    weights = mine / "encoder.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ValueError, match=r"encoder\.safetensors"):
        load_to_publish(mine)


def _raises(error):
    def fail(*_, **__):
        raise error

    return fail
