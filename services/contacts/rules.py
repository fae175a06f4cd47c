"""The rules of contacts and companies, pure: names, and the keys by which they are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

NAME_LIMIT: Final = 255
KEY_LIMIT: Final = 320
STRONG: Final = ("email", "phone", "tax_id")
# What stands after a company's name to say what kind of company it is.
_FORMS: Final = frozenset(
    {
        "ab", "ag", "bv", "cia", "co", "company", "corp", "corporation", "ei", "eireli", "epp",
        "gmbh", "inc", "incorporated", "lda", "limitada", "limited", "llc", "llp", "lp", "ltd",
        "ltda", "me", "mei", "nv", "oy", "plc", "sa", "sarl", "sas", "sl", "spa", "srl",
        "unipessoal",
    }
)  # fmt: skip
_SEPARATE: Final = re.compile(r"[^0-9a-z]+")
_JOINED: Final = re.compile(r"[.'’`´]")

Key = tuple[str, str]


def full_name(values: Mapping[str, Any]) -> str | None:
    """A person's names in their usual order; None without any."""
    names = (values.get("first_name"), values.get("middle_name"), values.get("last_name"))
    return " ".join(name for name in names if name)[:NAME_LIMIT] or None


def name_of(values: Mapping[str, Any], points: Iterable[str]) -> str | None:
    """What to call a contact: by name, else by the first of the `points` it is reached at."""
    return full_name(values) or next((point[:NAME_LIMIT] for point in points), None)


def folded(text: str | None) -> str:
    """`text` without accents, case and punctuation, its words separated by one blank."""
    kept = (text or "").casefold()
    if not kept.isascii():
        plain = unicodedata.normalize("NFKD", text or "").casefold()
        kept = "".join(character for character in plain if not unicodedata.combining(character))
    if not kept.isascii():
        return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
    return _SEPARATE.sub(" ", _JOINED.sub("", kept)).strip()


def folded_company(name: str | None) -> str:
    """A company's name folded, without the legal form at its end."""
    words = folded(name).split()
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return " ".join(words)


def tax_key(tax_id: str | None) -> str:
    """A tax number as it is compared: letters and digits alone."""
    return "".join(character for character in (tax_id or "").upper() if character.isalnum())


def keys_of(
    entity: str,
    values: Mapping[str, Any],
    phones: Sequence[str],
    emails: Sequence[str],
) -> Iterator[Key]:
    """The keys of a lead, contact or company: `(kind, key)`, without empty ones.

    `phones` and `emails` are normal forms. A lead is recognised by its person's name, and by the
    name of its company.
    """
    names = {
        "lead": (folded(full_name(values)), folded_company(values.get("company_name"))),
        "contact": (folded(full_name(values)),),
        "company": (folded_company(values.get("name")),),
    }[entity]
    found = [
        *(("phone", phone) for phone in phones),
        *(("email", email) for email in emails),
        ("tax_id", tax_key(values.get("tax_id"))),
        *(("name", name) for name in names),
    ]
    yield from dict.fromkeys((kind, key[:KEY_LIMIT]) for kind, key in found if key)


def strength(kinds: Iterable[str]) -> str:
    """How much keys of these kinds in common say: `strong` or `medium`."""
    return "strong" if any(kind in STRONG for kind in kinds) else "medium"
