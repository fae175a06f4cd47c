"""Sealing: secrets that a service has to read again are kept encrypted by its own key."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.errors import Unavailable


class Sealer:
    """Seals for one purpose of one speaker, by a key derived from the speaker's private key."""

    def __init__(self, folder: Path, speaker: str, purpose: str) -> None:
        path = folder / f"{speaker}.key"
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise Unavailable(f"The key {path.name} cannot be read.", code="key_missing") from error
        raw = key.private_bytes_raw()  # type: ignore[union-attr]
        derive = HKDF(SHA256(), length=32, salt=None, info=f"rapport:{purpose}".encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derive.derive(raw)))

    def seal(self, secret: bytes) -> bytes:
        """`secret` as it may be kept."""
        return self._fernet.encrypt(secret)

    def open(self, sealed: bytes) -> bytes | None:
        """What was sealed; None when it was by another key, or tampered with."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return None
