"""A headless Chromium, driven over its DevTools protocol through a pipe: no port, no driver, no package.

Messages are JSON, each ended by a null byte; Chromium reads them from file descriptor 3 and answers on 4.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 60.0
"""Seconds that an answer may take on a machine that does much else."""


def find() -> str | None:
    """Return the browser: QBENCH_CHROMIUM, else the first of `NAMES` on PATH, else None."""
    named = os.environ.get("QBENCH_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


class ChromiumError(Exception):
    """The browser does not do as it was told."""


class Chromium:
    """A browser with one page, and a profile of its own in `folder`."""

    def __init__(self, path: str, folder: Path) -> None:
        told, self._to = os.pipe()
        self._from, said = os.pipe()
        # Above 4, so that putting one in its place does not close the other.
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (told, said)]

        def place() -> None:
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        command = [
            path,
            "--headless=new",
            "--no-sandbox",  # the sandbox does not work as root, and the pages are our own
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={folder}",
            "--remote-debugging-pipe",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=place,  # noqa: PLW1509 - no threads run here
            start_new_session=True,
        )
        for end in (told, said, *high):
            os.close(end)
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """End the browser and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result; events that come in between are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise ChromiumError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self.events.append(answer)

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._from, 1 << 20) if ready else b""
            if not chunk:
                raise ChromiumError("the browser " + ("ended" if ready else f"said nothing for {PATIENCE:g} s"))
            self._buffer += chunk
        whole, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(whole))

    def open(self, url: str, *, width: int, height: int, dark: bool = False) -> None:
        """Load a page into a window of that size, in light or dark, and forget the events before it."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        # By way of an empty page: from a page to its own anchor nothing would be loaded.
        for address in ("about:blank", url):
            self.events.clear()
            answer = self.call("Page.navigate", url=address)
            if "errorText" in answer:
                raise ChromiumError(f"{address}: {answer['errorText']}")
            while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
                self.events.append(self._read())

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise ChromiumError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def complaints(self) -> list[str]:
        """Return errors of the console, of the page and of the network since the page was opened."""
        found = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown" or method == "Network.loadingFailed":
                found.append(json.dumps(params))
            elif method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
                found.append(params["entry"]["text"])
            elif method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
                found.append(json.dumps(params["args"]))
        return found

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write what the window shows, or the whole page, as PNG."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(answer["data"]))
