"""Chromium, driven for tests, where it is installed."""

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Debian's chromium-driver"
)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
# Whatever proxy is set
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """As much of the WebDriver protocol as is needed."""

    def __init__(self, port, folder):
        self.url = f"http://127.0.0.1:{port}"
        options = {"binary": CHROMIUM, "prefs": {}}
        options["prefs"]["download.default_directory"] = str(folder)
        options["args"] = [*FLAGS, f"--user-data-dir={folder / 'profile'}"]
        wanted = {"goog:chromeOptions": options}
        session = self.ask(
            "POST", "/session", {"capabilities": {"alwaysMatch": wanted}}
        )
        self.url += f"/session/{session['sessionId']}"

    def ask(self, method, path, values=None):
        data = None if values is None else json.dumps(values).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        try:
            with _DIRECT.open(request, timeout=30) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def open(self, page):
        """Of a path, or of an address."""
        url = page if isinstance(page, str) else page.as_uri()
        self.ask("POST", "/url", {"url": url})

    def run(self, script):
        values = {"script": script, "args": []}
        return self.ask("POST", "/execute/sync", values)

    def press(self, *keys):
        strokes = [
            {"type": kind, "value": key}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        action = {"type": "key", "id": "keys", "actions": strokes}
        self.ask("POST", "/actions", {"actions": [action]})

    def wait(self, script):
        for _ in range(100):
            if value := self.run(script):
                return value
            time.sleep(0.05)
        raise AssertionError(f"never: {script}")

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))


@contextmanager
def open_browser(folder):
    """A Browser, which keeps its profile and what it downloads in a folder."""
    with subprocess.Popen(
        [DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True
    ) as driver:
        try:
            line = next(own for own in driver.stdout if "successfully" in own)
            opened = Browser(line.split()[-1].rstrip("."), folder)
            yield opened
            opened.ask("DELETE", "")
        finally:
            driver.terminate()
