"""Headless Chromium over its debugging pipe: opens a file, records console and requests, measures,
photographs, prints.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--remote-debugging-pipe",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


class Browser:
    """One tab; commands are answered in order."""

    def __init__(self):
        self.profile = tempfile.mkdtemp()
        from_us, to_it = os.pipe()
        from_it, to_us = os.pipe()
        # the pipe is on descriptors 3 and 4 of the child
        command = f'exec "$0" "$@" 3<&{from_us} 4>&{to_us}'
        self.process = subprocess.Popen(
            [
                "bash",
                "-c",
                command,
                CHROMIUM,
                *FLAGS,
                f"--user-data-dir={self.profile}",
                "about:blank",
            ],
            pass_fds=(from_us, to_us),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        self.out, self.back = os.fdopen(to_it, "wb"), os.fdopen(from_it, "rb")
        self.count, self.session, self.events, self.buffer = 0, None, [], b""
        target = next(
            t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page"
        )
        self.session = self.send(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params} | (
            {"sessionId": self.session} if self.session else {}
        )
        self.out.write(json.dumps(message).encode() + b"\0")
        self.out.flush()
        while True:
            answer = self.read()
            if answer.get("id") == self.count:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self.events.append(answer)

    def read(self):
        while b"\0" not in self.buffer:
            chunk = os.read(self.back.fileno(), 1 << 16)
            assert chunk, "the browser has gone"
            self.buffer += chunk
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def open(self, path, width=1280, height=900, dark=False):
        """Load a file; returns what the console said and every address asked for."""
        self.events.clear()
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.send(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )
        self.send(
            "Page.navigate", url=path if "://" in str(path) else Path(path).resolve().as_uri()
        )
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.read())
        self.evaluate("document.fonts.ready.then(() => 1)")
        told = [
            e["params"]
            for e in self.events
            if e.get("method")
            in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        ]
        asked = [
            e["params"]["request"]["url"]
            for e in self.events
            if e.get("method") == "Network.requestWillBeSent"
        ]
        return told, asked

    def evaluate(self, script):
        return self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )["result"].get("value")

    def wait(self, script, seconds=60):
        """Ask until the answer is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.evaluate(f"!!({script})")
            if found:
                return found
            time.sleep(0.3)
        self.photograph(Path(tempfile.gettempdir()) / "never_came.png", whole=False)
        raise AssertionError(f"never came: {script}; see never_came.png in the temporary folder")

    def mouse(self, kind, x, y, **more):
        self.send(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1, **more
        )

    def box(self, selector):
        return self.evaluate(
            f"(() => {{ const r = document.querySelector({selector!r}).getBoundingClientRect(); "
            "return [r.x, r.y, r.width, r.height] })()"
        )

    def click(self, selector):
        x, y, w, h = self.box(selector)
        self.mouse("mousePressed", x + w / 2, y + h / 2)
        self.mouse("mouseReleased", x + w / 2, y + h / 2)

    def photograph(self, path, whole=True):
        data = self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def print(self, path):
        data = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.out.close()
        self.back.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
