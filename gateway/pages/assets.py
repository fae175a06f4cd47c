"""Styles, scripts and icons: named by their content, so that browsers keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from flask import request

from chassis.errors import NotFound, Unavailable
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.permissions import Public
from gateway.registry import Reply, Route

PATH: Final = "/static"
_FOLDER: Final = Path(__file__).parent / "static"
# What `scripts/build-assets` took from npm.
VENDOR: Final = _FOLDER / "vendor"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_COMPRESSED: Final = frozenset({".css", ".js", ".svg"})
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
_IMPORT: Final = re.compile(rb'(from "\./)([a-z.]+\.js)(?=";)')


class _Asset(NamedTuple):
    content: bytes
    compressed: bytes | None
    media_type: str


class Assets:
    """Every static file by the name that its content gives it, read once."""

    def url(self, name: str) -> str:
        """Where `name` is, as it is now. Raises Unavailable when it was never built."""
        try:
            return f"{PATH}/{self._names[name]}"
        except KeyError:
            raise Unavailable(
                f"The pages lack {name}: run make install.", code="assets_missing"
            ) from None

    def answer(self, asked: Asked) -> Answer:
        """The file that the path names."""
        asset = self._files.get(asked.path["asset"])
        if asset is None:
            raise NotFound("There is nothing here.", code="no_such_path")
        if asset.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers = {**_HEADERS, "Content-Encoding": "gzip"}
            return Answer(raw=asset.compressed, media_type=asset.media_type, headers=headers)
        return Answer(raw=asset.content, media_type=asset.media_type, headers=_HEADERS)

    def routes(self) -> Iterator[Route]:
        """The one route of all of them."""
        yield Route(
            method="GET", path=f"{PATH}/{{asset}}", name="pages.asset", area="pages", page=True,
            summary="A part of a page", permission=Public(), limited=False, answer=self.answer,
            replies={200: Reply("The part.", media_type="*/*")},
        )  # fmt: skip

    @cached_property
    def _read(self) -> tuple[dict[str, str], dict[str, _Asset]]:
        names: dict[str, str] = {}
        files: dict[str, _Asset] = {}
        found = {path: path.read_bytes() for path in (*_FOLDER.glob("*.*"), *VENDOR.glob("*.*"))}
        # Modules that others import come first, since the others name them by their content.
        for path in sorted(found, key=lambda each: (bool(_IMPORT.search(found[each])), each.name)):
            if path.suffix not in _MEDIA_TYPES:
                continue
            content = found[path]
            if path.parent == _FOLDER:
                content = _IMPORT.sub(lambda m: m[1] + names[m[2].decode()].encode(), content)
            digest = hashlib.sha256(content).hexdigest()[:12]
            name = names[path.name] = f"{path.stem}.{digest}{path.suffix}"
            files[name] = _Asset(content, _compressed(path, content), _MEDIA_TYPES[path.suffix])
        return names, files

    @property
    def _names(self) -> dict[str, str]:
        return self._read[0]

    @property
    def _files(self) -> dict[str, _Asset]:
        return self._read[1]


def _compressed(path: Path, content: bytes) -> bytes | None:
    if path.suffix not in _COMPRESSED:
        return None
    built = path.with_name(path.name + ".gz")
    return built.read_bytes() if built.exists() else gzip.compress(content, mtime=0)
