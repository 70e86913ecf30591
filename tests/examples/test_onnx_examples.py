"""What is in examples/, on a model that `singer export` writes."""

import functools
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import browsers
import numpy as np
import pytest
import soundfile

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = EXAMPLES / "browser"


@pytest.fixture(scope="module")
def recordings(onnx_encoder):
    """A model beside two WAV files, one of them with hum in a rest."""
    encoder, written = onnx_encoder
    folder = written.path.parent
    rng = np.random.default_rng(0)
    time = np.arange(2 * 44100) / 44100
    hum = 0.02 + 0.01 * np.sin(2 * np.pi * 50 * time)
    first, second = 0.05 * rng.standard_normal((2, len(time)))
    first[30000:] = 0  # but for the hum
    second = np.cumsum(second) - np.cumsum(second).mean()
    second /= 4 * np.abs(second).max()
    soundfile.write(folder / "first.wav", first + hum, 44100, "PCM_24")
    stereo = np.stack([second, 0.5 * second], axis=1)[:50001]
    soundfile.write(folder / "second.wav", stereo, 44100, "PCM_16")
    files = folder / "first.wav", folder / "second.wav"
    return folder, files, encoder.verify_files(*files)


def without_torch(*arguments):
    """Runs the example where torch cannot be imported."""
    code = (
        "import runpy, sys\n"
        "sys.modules['torch'] = sys.modules['speechbrain_singer'] = None\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    script = str(EXAMPLES / "onnx" / "singer_onnx.py")
    code = code.replace("sys.argv[0]", repr(script))
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        **{"capture_output": True, "text": True},
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def test_numpy_alone_decides_as_the_encoder(recordings):
    folder, files, (score, same_singer) = recordings
    done = without_torch(folder / "encoder.onnx", *files)
    assert done.returncode == 0, done.stderr
    said, decision = done.stdout.splitlines()
    assert float(said.removeprefix("score ")) == pytest.approx(score, abs=2e-4)
    singer = "the same singer" if same_singer else "another singer"
    assert decision == f"{singer} (threshold 0.2500)"


def test_another_rate_is_refused(recordings, tmp_path):
    folder, files, _ = recordings
    soundfile.write(tmp_path / "low.wav", np.zeros(16000), 16000)
    done = without_torch(
        folder / "encoder.onnx", files[0], tmp_path / "low.wav"
    )
    assert done.returncode == 1
    assert "low.wav: recorded at 16000 Hz, and the encoder" in done.stderr


# A model whose embedding of a window is its first sample and its length
FIRST_SAMPLE = """
import { embed } from "./singer.js";
const samples = Float32Array.from({ length: 95 }, (_, i) => Math.sin(i * i));
const getChannelData = () => samples;
const audio = { length: 95, numberOfChannels: 1, getChannelData };
const facts = { sample_rate: "100", min_seconds: "0.1", window_seconds: "0.4",
                window_overlap: "0.25", dimension: "2", score: "other" };
const ort = { Tensor: class { constructor(_, data) { this.data = data; } } };
const run = async ({ waveform: { data } }) => (
  { embedding: { data: [data[0], data.length] } });
console.log(...await embed(ort, { run }, facts, audio, "a"));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_page_cuts_windows_as_the_file_says(tmp_path):
    for name in ("singer.js", "level.js"):
        shutil.copy(PAGE / name, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "main.js").write_text(FIRST_SAMPLE)
    done = subprocess.run(
        [shutil.which("node"), "main.js"],
        **{"cwd": tmp_path, "capture_output": True, "text": True},
    )
    assert done.returncode == 0, done.stderr
    # Windows of 40 that share 10; the last one ends at 95
    first = np.mean([np.sin(start * start) for start in (0, 30, 55)])
    found = list(map(float, done.stdout.split()))
    assert found == pytest.approx([first, 40], abs=1e-6)


@browsers.needs_browser
@pytest.mark.skipif(
    not (PAGE / "node_modules" / "onnxruntime-web").is_dir(),
    reason="needs npm install onnxruntime-web in examples/browser",
)
def test_the_page_says_the_same_as_the_encoder(recordings, tmp_path):
    folder, files, (score, same_singer) = recordings
    for part in PAGE.iterdir():
        (folder / part.name).symlink_to(part)
    with served(folder) as address, browsers.open_browser(tmp_path) as browser:
        browser.open(address)
        browser.wait("return !document.getElementById('compare').disabled")
        for name, path in zip(("first", "second"), files, strict=True):
            choose(browser, name, path)
        browser.run("document.getElementById('compare').click()")
        read = "document.getElementById('answer').textContent"
        answer = browser.wait(f"return {read}.includes('core') && {read}")
        browser.screenshot(folder / "page.png")
    singer = "The same singer" if same_singer else "Another singer"
    assert answer.startswith(f"{singer}: score ")
    said = float(answer.split("score ")[1].split(",")[0])
    assert said == pytest.approx(score, abs=1e-3)


def choose(browser, name, path):
    """Puts a file into an input, as by hand."""
    browser.run(
        f"return fetch('{path.name}').then(r => r.blob()).then(blob => {{"
        "const chosen = new DataTransfer();"
        f"chosen.items.add(new File([blob], '{path.name}'));"
        f"document.getElementById('{name}').files = chosen.files;"
        "return true})"
    )


@contextmanager
def served(folder):
    """A folder on a port of this machine: the address of the page."""
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/index.html"
        finally:
            server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
