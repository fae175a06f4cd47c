"""The speakers' Ed25519 keys as files: `<speaker>.key` (owner only) and `<speaker>.pub`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.access.clock import Clock
from chassis.access.tokens import Signer, Verifier
from chassis.errors import Unavailable


def ensure_keys(folder: Path, speakers: Iterable[str]) -> None:
    """Make the keys that are missing. Safe when several processes start at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for speaker in speakers:
        private = folder / f"{speaker}.key"
        if not private.exists():
            _write_new(private, OKPKey.generate_key("Ed25519").as_pem(private=True), 0o600)
        public = folder / f"{speaker}.pub"
        if not public.exists():
            _write_new(public, _read(private).as_pem(private=False), 0o644)


def load_signer(folder: Path, speaker: str, clock: Clock | None = None) -> Signer:
    """The signer of `speaker`; its private key must be in `folder`."""
    return Signer(speaker, _read(folder / f"{speaker}.key"), clock)


def load_verifier(folder: Path, clock: Clock | None = None) -> Verifier:
    """A verifier that trusts every public key in `folder`."""
    keys = {path.stem: _read(path) for path in sorted(folder.glob("*.pub"))}
    return Verifier(keys, clock)


def _read(path: Path) -> OKPKey:
    try:
        return OKPKey.import_key(path.read_bytes())
    except (OSError, ValueError, JoseError) as error:
        raise Unavailable(f"The key {path.name} cannot be read.", code="key_missing") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write whole or not at all, and never over what another process has just written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
