"""What people call the codes that several fields share: kinds of phone, parts of an address.

A field that has codes of its own says its own words (`choice(..., words=...)`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

# English and Portuguese.
Words = tuple[str, str]
SHARED: Final[Mapping[str, Words]] = {
    "work": ("Work", "Trabalho"), "mobile": ("Mobile", "Celular"), "home": ("Home", "Casa"),
    "fax": ("Fax", "Fax"), "other": ("Other", "Outro"), "social": ("Social", "Rede social"),
    "whatsapp": ("WhatsApp", "WhatsApp"), "street": ("Street", "Rua"),
    "line2": ("Second line", "Complemento"), "city": ("City", "Cidade"),
    "region": ("Region", "Estado"), "postal_code": ("Postal code", "CEP"),
    "country": ("Country", "País"), "source": ("Source", "Origem"), "medium": ("Medium", "Meio"),
    "campaign": ("Campaign", "Campanha"), "term": ("Term", "Termo"),
    "content": ("Content", "Conteúdo"), "conversion": ("Conversion", "Conversão"),
    "contact": ("Contact", "Contato"), "company": ("Company", "Empresa"),
    "deal": ("Deal", "Negócio"),
}  # fmt: skip


def labels_of(codes: Iterable[str], own: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    """What each of `codes` is called, by language: as `own` says, else as fields share it."""
    found = {}
    for code in codes:
        plain = code.replace("_", " ").capitalize()
        english, portuguese = own.get(code) or SHARED.get(code) or (plain, plain)
        found[code] = {"en": english, "pt-BR": portuguese}
    return found
