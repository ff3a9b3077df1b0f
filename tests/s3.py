"""A real S3 server as a process (moto's), which can be made to hang; and one that has nothing but errors."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import Request, urlopen
from uuid import uuid4

from db.buckets import Bucket
from db.stores import Access

SERVE = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"
KEY, SECRET = "s3-key-of-a-test", "s3-secret-of-a-test"
GIVEN_UP = 120


class S3:
    """The server, and new buckets on it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def access(self) -> Access:
        return Access(self.url, "", KEY, SECRET)

    def wait(self) -> None:
        until = time.monotonic() + GIVEN_UP
        while time.monotonic() < until:
            assert self._process.poll() is None, "the server ended"
            with suppress(OSError):
                urlopen(f"{self.url}/moto-api/", timeout=GIVEN_UP).close()
                return
            time.sleep(0.05)
        raise AssertionError("the server does not come")

    def end(self) -> None:
        self._process.send_signal(signal.SIGCONT)
        self._process.kill()
        self._process.wait()

    def place(self) -> str:
        """The address of a place in a new bucket."""
        name = f"b{uuid4().hex[:20]}"
        urlopen(Request(f"{self.url}/{name}", method="PUT"), timeout=GIVEN_UP).close()
        return f"s3://{name}/some/office"

    def bucket(self) -> Bucket:
        return Bucket(self.place(), self.access)

    def settings(self, where: str | None = None) -> dict[str, str]:
        """The environment of an office whose files lie there."""
        return {"FILES_STORE": where or self.place(), "S3_ENDPOINT": self.url, "S3_ACCESS_KEY": KEY, "S3_SECRET_KEY": SECRET}

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections, and says nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def answering(status: int, body: bytes = b"") -> Iterator[str]:
    """The address of a server that has this one answer."""

    class Answer(BaseHTTPRequestHandler):
        def do(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = do  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
