"""One browser for all charts of a call: found, started, asked, and ended in time.

Chromium is driven over a pipe, so nothing listens on the network and no event loop is needed;
the page that draws is offline and forbids every request.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from glob import glob
from importlib.resources import files
from itertools import product
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any, Self

DEADLINE = 60.0
"""Seconds that a browser may take to start, or for one chart; a large one has more."""

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("msedge", "microsoft-edge", "microsoft-edge-stable"),
)
"""What a browser is called on the PATH."""

_PLACES = {
    "win32": (
        "${LOCALAPPDATA}|${PROGRAMFILES}|${PROGRAMFILES(X86)}",
        "Google/Chrome/Application/chrome.exe|Chromium/Application/chrome.exe|"
        "Microsoft/Edge/Application/msedge.exe|plotly/choreographer/deps/*/chrome.exe|"
        "ms-playwright/chromium*/*/chrome.exe",
    ),
    "darwin": (
        "/Applications|~/Applications|~/Library/Application Support|~/Library/Caches",
        "Google Chrome.app/Contents/MacOS/*|Chromium.app/Contents/MacOS/*|"
        "Microsoft Edge.app/Contents/MacOS/*|choreographer/deps/*/*.app/Contents/MacOS/*|"
        "ms-playwright/chromium*/*/*.app/Contents/MacOS/*",
    ),
    "linux": (
        "${XDG_DATA_HOME}|~/.local/share|~/.cache|/opt|/snap/bin",
        "google/chrome/chrome|microsoft/msedge/msedge|chromium|choreographer/deps/*/chrome|"
        "ms-playwright/chromium*/*/chrome|ms-playwright/chromium*/*/*headless*shell",
    ),
}
"""Where installers, plotly_get_chrome (choreographer) and Playwright put browsers: folders, and
what stands in each."""

INSTALL = "(Debian and Ubuntu: apt-get install chromium fonts-noto-cjk)"

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:; "
    "connect-src data: blob:; base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of a page that draws every chart and asks nobody for anything."""

_ARGUMENTS = (
    *("--headless", "--remote-debugging-pipe", "--disable-gpu", "--enable-unsafe-swiftshader"),
    *("--no-first-run", "--no-default-browser-check", "--disable-background-networking"),
    *("--disable-component-update", "--disable-default-apps", "--disable-extensions"),
    *("--disable-sync", "--disable-quic", "--disable-breakpad", "--disable-dev-shm-usage"),
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
    *("--hide-scrollbars", "--mute-audio", "--password-store=basic", "--use-mock-keychain"),
    *("--force-color-profile=srgb", "--font-render-hinting=none", "--lang=en-US"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-lcd-text"),
)
_ADDRESS = "http://chart.invalid/"
_PAGE = {
    "responseCode": 200,
    "responseHeaders": [
        {"name": "Content-Security-Policy", "value": POLICY},
        {"name": "Content-Type", "value": "text/html; charset=utf-8"},
    ],
    "body": b64encode(b"<!doctype html><body style='margin:0'></body>").decode(),
}
_LOADED = (
    "document.readyState === 'complete' || "
    "new Promise(done => addEventListener('load', () => done()))"
)
"""Scripts put elements into the page's body, which is there a moment after its address."""
_PART = 8_000_000  # characters sent at once; Chromium takes messages of up to 100 MB


class NoBrowserError(RuntimeError):
    """No browser is installed, or none of those that are starts."""


class DrawingError(RuntimeError):
    """The browser cannot do what it was asked; it, or a new one, can be asked further."""


def candidates() -> list[str]:
    """Browsers that are there, in the order in which they are tried."""
    chosen = os.environ.get("BROWSER_PATH")
    found = [chosen] if chosen else []
    found += filter(None, map(shutil.which, NAMES))
    roots, names = (both.split("|") for both in _PLACES.get(sys.platform, _PLACES["linux"]))
    for name, root in product(names, roots):
        pattern = os.path.expanduser(os.path.expandvars(f"{root}/{name}"))
        newest_first = sorted(glob(pattern), reverse=True)
        found += filter(os.path.isfile, newest_first)
    return list(dict.fromkeys(found))


class Browser:
    """A browser that starts when it is first asked, and anew after it crashed or hung."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._left = ExitStack()  # what is to be done at its end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, function: str, *values: Any, text: str = "") -> Any:
        """What a function of the page's script returns.

        Args:
            function: its name.
            values: its arguments, as JSON.
            text: a further one, which may be long; the script finds it in ``handed``.

        Raises:
            NoBrowserError: there is no browser.
            DrawingError: the function fails, takes too long, or the page crashes.
        """
        try:
            return self._asked(function, values, text)
        except _CrashError:  # maybe of what was drawn before: a fresh page has no such past
            return self._asked(function, values, text)

    def _asked(self, function: str, values: tuple[Any, ...], text: str) -> Any:
        with self._deadline(len(text)):
            self._run("handed = ''")
            for start in range(0, len(text), _PART):
                self._run(f"handed += {json.dumps(text[start : start + _PART])}")
            return self._run(f"{function}({', '.join(map(json.dumps, values))})")

    def printed(self, html: str, width: int, height: int) -> bytes:
        """A page of HTML as a PDF of one page of this size in pixels; errors as of :meth:`ask`."""
        with self._deadline(len(html)):
            target, session = self._opened()
            frame = self._send("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
            self._send("Page.setDocumentContent", session, frameId=frame, html=html)
            settings = {"paperWidth": width / 96, "paperHeight": height / 96, "pageRanges": "1"}
            settings |= {f"margin{side}": 0 for side in ("Top", "Bottom", "Left", "Right")}
            printed = self._send("Page.printToPDF", session, printBackground=True, **settings)
            self._send("Target.closeTarget", targetId=target)
            return b64decode(printed["data"])

    def close(self) -> None:
        """End the browser, and take away what it left."""
        self._process = None
        self._left.close()

    def _start(self) -> None:
        problem = "none is installed"
        for path in candidates():
            try:
                return self._launch(path)
            except (OSError, DrawingError) as error:
                problem = f"{path} does not start ({error})"
                self.close()
        raise NoBrowserError(
            f"no browser to draw with: {problem}; install Chromium, Chrome or Edge {INSTALL}, "
            "or set BROWSER_PATH to one"
        )

    def _launch(self, path: str) -> None:
        self._folder = folder = TemporaryDirectory(prefix="chart-", ignore_cleanup_errors=True)
        arguments = [path, *_ARGUMENTS, f"--user-data-dir={folder.name}", "about:blank"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments[1:1] = ["--no-sandbox"]  # with it, Chromium refuses to run as root
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        for done in (folder.cleanup, partial(os.close, self._to), partial(os.close, self._from)):
            self._left.callback(done)
        self._count, self._received = 0, b""
        try:
            self._process = _spawned(arguments, theirs_in, theirs_out, folder.name)
            self._left.callback(self._process.wait)
            self._left.callback(_kill, self._process)
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        from plotly.offline import get_plotlyjs  # imported while the browser starts

        with self._deadline():
            _, self._session = self._opened()
            # Maps start workers, which only a page with an address may: it is given one.
            self._send("Fetch.enable", self._session)
            self._send("Page.enable", self._session)
            self._send("Page.navigate", self._session, url=_ADDRESS)
            self._send("Fetch.disable", self._session)
            self._run(_LOADED)
            self._run(f"{get_plotlyjs()}\n;0")
            self._run((files("hanbin_data.slides") / "reading.js").read_text("utf-8") + "\n;0")

    @contextmanager
    def _deadline(self, size: int = 0) -> Iterator[None]:
        """Kills the browser when its time is up: whoever waits for an answer then goes on."""
        if self._process is None:
            self._start()
        assert self._process is not None
        seconds = DEADLINE + size / 100_000
        timer = Timer(seconds, _kill, [self._process])
        timer.daemon = True
        timer.start()
        try:
            yield
        except DrawingError:
            raise
        except BaseException as error:  # the browser is gone, or Ctrl-C: nobody asks it further
            late = timer.finished.is_set()
            self.close()
            if isinstance(error, EOFError):
                if late:
                    raise DrawingError(f"no answer within {seconds:.0f} seconds") from None
                raise _CrashError(str(error)) from None
            raise
        finally:
            timer.cancel()

    def _opened(self) -> tuple[str, str]:
        """A new page that is offline: its target and session."""
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        limits = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._send("Network.enable", session)
        self._send("Network.emulateNetworkConditions", session, **limits)
        self._send("Inspector.enable", session)
        return target, session

    def _run(self, expression: str) -> Any:
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self._send("Runtime.evaluate", self._session, **asked)
        if failed := answer.get("exceptionDetails"):
            thrown = failed.get("exception") or {}
            said = str(thrown.get("description") or thrown.get("value") or failed.get("text"))
            raise DrawingError(said.split("\n")[0].removeprefix("Error: "))
        return answer["result"].get("value")

    def _send(self, method: str, session: str = "", /, **parameters: Any) -> Any:
        number = self._write(method, session, **parameters)
        while True:
            answer = json.loads(self._next())
            if answer.get("method") == "Fetch.requestPaused":
                paused = answer["params"]["requestId"]
                self._write("Fetch.fulfillRequest", session, requestId=paused, **_PAGE)
            if answer.get("method") in ("Inspector.targetCrashed", "Target.targetCrashed"):
                raise EOFError("the page crashed")
            if answer.get("id") == number:
                if "error" in answer:
                    raise DrawingError(answer["error"]["message"])
                return answer["result"]

    def _write(self, method: str, session: str = "", /, **parameters: Any) -> int:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        left = memoryview(json.dumps(message).encode() + b"\0")
        try:
            while left:
                left = left[os.write(self._to, left) :]
        except OSError:
            raise EOFError("the browser has ended") from None
        return self._count

    def _next(self) -> bytes:
        """The next message; each ends with a zero."""
        parts = [self._received]
        while b"\0" not in parts[-1]:
            parts.append(os.read(self._from, 1 << 20))
            if not parts[-1]:
                raise EOFError("the browser has ended")
        last, _, self._received = parts[-1].partition(b"\0")
        return b"".join([*parts[:-1], last])


class _CrashError(DrawingError):
    """The page, or the whole browser, ended while it was asked."""


def _spawned(
    arguments: list[str], into: int, out_of: int, folder: str
) -> "subprocess.Popen[bytes]":
    # Starting scripts of Linux distributions call the usual tools, whatever the PATH is.
    path = os.pathsep.join(filter(None, [os.environ.get("PATH"), os.defpath]))
    environment = {**os.environ, "PATH": path, "TMPDIR": folder}
    if sys.platform == "win32":
        import msvcrt

        handles = [msvcrt.get_osfhandle(end) for end in (into, out_of)]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        arguments.append(f"--remote-debugging-io-pipes={handles[0]},{handles[1]}")
        return subprocess.Popen(
            arguments, close_fds=False, stderr=subprocess.DEVNULL, env=environment
        )
    # Chromium is told on 3 and answers on 4.
    shell = ["/bin/sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null', "sh", *arguments]
    return subprocess.Popen(
        shell, stdin=into, stdout=out_of, stderr=subprocess.DEVNULL, env=environment,
        start_new_session=True,
    )  # fmt: skip


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)  # with all that it has started
