"""Is the package whole, and does it run where only what it requires is there?

    python .ci/package.py

Builds the source distribution, and wheels of the clone and of that, which have
to be the same; and installs the wheel where, of the packages that this Python
has, only those are seen that it requires. There it is used as new users would.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from importlib.metadata import distribution
from pathlib import Path
from shutil import copyfile
from zipfile import ZipFile

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NAME = "speechbrain_singer"
# What has to be in the wheel, as git lists it (where * goes through folders)
WHOLE = (
    *(NAME, "pretrained/*/*"),
    *("hparams/*.yaml", "recipes/*/hparams/*.yaml", "recipes/*/*.py"),
)
# A person sings, and is embedded
EMBEDDING = """
import soundfile
import speechbrain_singer
from speechbrain_singer import SingerEncoder
from speechbrain_singer.synthesis.persons import record_person

(song,) = record_person(1, 0, recordings=1, seconds=3.0)
soundfile.write("song.wav", song.numpy(), 44100)
encoder = SingerEncoder.from_hparams("synthetic")
assert encoder.encode_file("song.wav").shape == (encoder.dimension,)
print(speechbrain_singer.__file__)
"""


def main():
    """Ends with an error that says what is wrong."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheel = built(folder)
        programs = install(wheel, check_contents(wheel), folder)
        use(programs, folder / "elsewhere")
    print(f"{wheel.name}: whole, and it runs")


def built(folder):
    """The wheel; that of the source distribution has to be the same."""
    clone, sources = folder / "clone", folder / "sources"
    for name in run("git", "ls-files", "-co", "--exclude-standard").split("\n"):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(ROOT / name, clone / name)
    build("--wheel", folder / "wheel", clone)
    build("--sdist", folder / "sdist", clone)
    (archive,) = (folder / "sdist").iterdir()
    with tarfile.open(archive) as tar:
        tar.extractall(sources, filter="data")
    build("--wheel", folder / "again", *sources.iterdir())
    (wheel,), (again,) = ((folder / f).iterdir() for f in ("wheel", "again"))
    differ = sorted(name for name, _ in contents(wheel) ^ contents(again))
    check(not differ, f"the source distribution's wheel differs: {differ}")
    return wheel


def build(kind, target, source):
    """Without isolation: what builds it is here."""
    run(
        *(sys.executable, "-m", "build", "--no-isolation", kind),
        *("--outdir", target, source),
    )


def contents(wheel):
    """Names of its files, and their checksums."""
    with ZipFile(wheel) as archive:
        return {(file.filename, file.CRC) for file in archive.infolist()}


def check_contents(wheel):
    """What it requires; all has to be in it that `WHOLE` names."""
    names = {name for name, _ in contents(wheel)}
    listed = run("git", "ls-files", *WHOLE).splitlines()
    ours = {f"{NAME}/{name.removeprefix(f'{NAME}/')}" for name in listed}
    check(ours <= names, f"the wheel lacks {sorted(ours - names)}")
    (metadata,) = (name for name in names if name.endswith("info/METADATA"))
    with ZipFile(wheel) as archive:
        text = archive.read(metadata)
    return Metadata.from_email(text, validate=True).requires_dist


def install(wheel, requirements, folder):
    """Where the programs are of a fresh environment with the wheel in it."""
    required = folder / "required"
    required.mkdir()
    for own in all_required(requirements):
        for file in own.files:
            name = file.parts[0]  # of a package, or a module
            if name != ".." and not (required / name).is_symlink():
                (required / name).symlink_to(own.locate_file(name))
    venv.create(folder / "venv", symlinks=True)
    programs = folder / "venv" / "bin"
    run(
        *(sys.executable, "-m", "pip", "--python", programs / "python"),
        *("install", "--quiet", "--no-deps", "--no-index", wheel),
    )
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run(programs / "python", "-c", code).strip()
    Path(site, "required.pth").write_text(f"{required}\n")
    return programs


def all_required(requirements):
    """Installed distributions that are required, and what they require."""
    found, wanted = {}, [need for need in requirements if applies(need)]
    while wanted:
        need = wanted.pop()
        key = canonicalize_name(need.name), *sorted(need.extras)
        if key in found:
            continue
        found[key] = distribution(need.name)
        theirs = map(Requirement, found[key].requires or ())
        wanted += [each for each in theirs if applies(each, need.extras)]
    return found.values()


def applies(requirement, extras=()):
    """Whether a requirement is one here, with these extras."""
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({"extra": extra}) for extra in ("", *extras)
    )


def use(programs, folder):
    """As a new user would, in a folder where there is nothing."""
    folder.mkdir()
    said = run(programs / "python", "-c", EMBEDDING, cwd=folder).strip()
    is_ours = Path(said).is_relative_to(programs.parent)
    check(is_ours, f"{said} was imported, not the wheel's")
    singer = programs / "singer"
    check("verify" in run(singer, "--help", cwd=folder), "no help of verify")
    run(singer, "verify", "song.wav", "song.wav", cwd=folder)
    listed = run(singer, "train", cwd=folder)
    check("VCTK/" in listed, "singer train lists no recipes")


def run(*command, cwd=ROOT):
    """What a command prints; what it complains of, if it fails, ends this."""
    hidden = ("PYTHONPATH", "PYTHONHOME")
    env = {name: os.environ[name] for name in os.environ if name not in hidden}
    done = subprocess.run(
        list(map(str, command)),
        **{"cwd": cwd, "env": env, "capture_output": True, "text": True},
    )
    call = " ".join(map(str, command))
    check(done.returncode == 0, f"{call}: {done.stdout}{done.stderr}")
    return done.stdout


def check(is_so, message):
    """Ends this with a message where something is not so."""
    if not is_so:
        sys.exit(message)


if __name__ == "__main__":
    main()
