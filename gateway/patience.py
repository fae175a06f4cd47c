"""Slow clients under gunicorn: waiting for them takes none of the threads that answer others."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from io import BytesIO
from selectors import EVENT_READ
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

from gateway.body import LARGEST_BODY

READ_SECONDS: Final = 10.0
READING_THREADS: Final = 60


class ReadAhead:
    """Reads a request's body first, then waits for one of `places` to have it answered."""

    def __init__(self, application: Callable[..., Iterable[bytes]], places: int) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(places)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The application's answer. What is longer than a body may be is left unread, and the
        client is told that the connection ends with the answer (RFC 9112, section 9.6)."""
        length = int(environ.get("CONTENT_LENGTH") or "0")
        if "HTTP_TRANSFER_ENCODING" in environ or 0 < length <= LARGEST_BODY:
            # Two bytes more than we take, so that the application sees that it is too long.
            body = environ["wsgi.input"].read(LARGEST_BODY + 2)
            length = len(body)
            environ["wsgi.input"] = BytesIO(body)
        if length > LARGEST_BODY:
            # A method of gunicorn's own response, which alone decides about the connection.
            start_response.__self__.force_close()
        with self._places:
            return self._application(environ, start_response)


class _Connection(TConn):  # type: ignore[misc]
    """A connection whose end is waited for by a thread: gunicorn's poller would wait for it."""

    pool: Executor

    def close(self, graceful: bool = False) -> None:
        if graceful:
            try:
                self.pool.submit(super().close, graceful=True)
            except RuntimeError:
                # The worker is stopping and takes no more work.
                super().close()
        else:
            super().close()


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads. A connection takes a thread when it has sent something, and
    hears an end of file when the whole request did not come in `READ_SECONDS`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken: dict[TConn, float] = {}

    def accept(self, listener: socket.socket) -> None:
        """Take a connection to the poller; gunicorn's own gives it a thread to wait in."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        conn = _Connection(self.cfg, client, address, listener.getsockname())
        conn.pool = self.tpool
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """Note since when the connection has a thread."""
        self._taken[conn] = time.monotonic()
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, future: Any) -> None:
        """The thread is free again."""
        self._taken.pop(conn, None)
        super().finish_request(conn, future)

    def murder_pending(self) -> None:
        """Called at least once a second: also end what takes too long to arrive."""
        super().murder_pending()
        oldest = time.monotonic() - READ_SECONDS
        for conn in [conn for conn, since in self._taken.items() if since < oldest]:
            self._taken[conn] = float("inf")
            if conn.parser is not None and conn.parser.mesg is not None:
                # Its answer says that no other request will be read.
                conn.parser.mesg.force_close()
            try:
                # What is being answered by now is answered; only reading ends.
                conn.sock.shutdown(socket.SHUT_RD)
            except OSError:
                continue
