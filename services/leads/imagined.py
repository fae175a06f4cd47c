"""Made-up but plausible leads for demonstrations: the same seed, the same leads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

_FIRST: Final = (
    "Ana", "Beatriz", "Bruno", "Caio", "Camila", "Carlos", "Daniela", "Diego", "Eduardo",
    "Fernanda", "Gabriel", "Helena", "Igor", "Isabela", "João", "Júlia", "Larissa", "Lucas",
    "Marcos", "Mariana", "Mateus", "Natália", "Otávio", "Patrícia", "Paulo", "Rafael", "Renata",
    "Rodrigo", "Sofia", "Tiago", "Vinícius", "Vitória", "Alice", "Benjamin", "Charlotte", "Emily",
    "Ethan", "Grace", "Henry", "James", "Liam", "Mia", "Noah", "Olivia", "Samuel", "Sarah",
    "William", "Zoe", "Inês", "Duarte", "Leonor", "Tomás",
)  # fmt: skip
_LAST: Final = (
    "Almeida", "Alves", "Araújo", "Barbosa", "Cardoso", "Carvalho", "Costa", "Dias", "Fernandes",
    "Ferreira", "Gomes", "Gonçalves", "Lima", "Lopes", "Martins", "Mendes", "Moreira",
    "Nascimento", "Oliveira", "Pereira", "Ribeiro", "Rocha", "Rodrigues", "Santos", "da Silva",
    "Soares", "de Souza", "Teixeira", "Vieira", "Anderson", "Brown", "Clark", "Davis", "Garcia",
    "Harris", "Johnson", "Miller", "Moore", "Taylor", "Thompson", "Walker",
)  # fmt: skip
_TRADES: Final = (
    "Logística", "Alimentos", "Engenharia", "Consultoria", "Tecnologia", "Têxtil", "Transportes",
    "Energia", "Construções", "Clínica", "Metalúrgica", "Editora", "Software", "Foods",
    "Logistics", "Partners", "Labs", "Dental", "Motors", "Agro", "Imóveis", "Turismo", "Gráfica",
    "Móveis", "Farma",
)  # fmt: skip
_NEEDS: Final = (
    "Quote for {n} seats", "Demo request", "Renewal of {n} licences", "Website enquiry",
    "Fair contact", "Orçamento para {n} unidades", "Pedido de demonstração",
    "Indicação de cliente", "Contato da feira", "Replacement of the current supplier",
    "Training for {n} people", "Pilot project",
)  # fmt: skip
_POSITIONS: Final = (
    "Owner", "Buyer", "Purchasing manager", "Director", "Analyst", "Head of operations", "Sócio",
    "Compradora", "Gerente", "Diretora", "Coordenador", "Assistente",
)  # fmt: skip
_SOURCES: Final = ("web", "call", "email", "partner", "advertising", "event", "referral", "other")
_SOURCE_WEIGHTS: Final = (34, 18, 12, 8, 12, 6, 8, 2)
_STATUSES: Final = ("new", "in_progress", "qualified", "junk")
_STATUS_WEIGHTS: Final = (30, 38, 14, 18)
_REASONS: Final = (
    "No budget",
    "Not interested",
    "Duplicate",
    "Wrong contact",
    "Chose a competitor",
)
_CITIES: Final = (
    ("São Paulo", "SP", "BR"), ("Rio de Janeiro", "RJ", "BR"), ("Belo Horizonte", "MG", "BR"),
    ("Curitiba", "PR", "BR"), ("Recife", "PE", "BR"), ("Lisboa", "", "PT"), ("Porto", "", "PT"),
    ("Austin", "TX", "US"), ("Boston", "MA", "US"), ("Chicago", "IL", "US"),
)  # fmt: skip
_SPREAD: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class ImaginedLead:
    """What a lead is created with (`values`, in wire form), and when it came in."""

    values: dict[str, Any]
    created_at: datetime


def imagined_leads(
    count: int, *, seed: int, owners: Sequence[UUID], until: datetime
) -> Iterator[ImaginedLead]:
    """`count` leads spread over the two years before `until`, oldest first, shared by `owners`."""
    chance = Random(seed)
    step = _SPREAD / max(count, 1)
    for place in range(count):
        moment = until - _SPREAD + step * place + step * chance.random()
        owner = owners[int(len(owners) * chance.random() ** 1.3)]
        yield ImaginedLead(_values(chance, place, owner), moment)


def _values(chance: Random, place: int, owner: UUID) -> dict[str, Any]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    family = chance.choice(_LAST).rpartition(" ")[2]
    company = f"{family} {chance.choice(_TRADES)}"
    city, region, country = chance.choice(_CITIES)
    status = chance.choices(_STATUSES, _STATUS_WEIGHTS)[0]
    source = chance.choices(_SOURCES, _SOURCE_WEIGHTS)[0]
    need = chance.choice(_NEEDS).format(n=chance.choice((3, 5, 10, 20, 50, 120)))
    domain = f"{_ascii(company)}.example"
    values: dict[str, Any] = {
        "title": f"{need}, {company}",
        "first_name": first,
        "last_name": last,
        "company_name": company,
        "position": chance.choice(_POSITIONS),
        "emails": [{"value": f"{_ascii(first)}.{_ascii(last)}{place}@{domain}", "kind": "work"}],
        "phones": [{"value": _phone(chance, country), "kind": "mobile"}],
        "address": {"city": city, "region": region, "country": country},
        "source": source,
        "status": status,
        "owner_id": str(owner),
    }
    if status == "junk":
        values["reason"] = chance.choice(_REASONS)
    if chance.random() < 0.6:
        currency = {"BR": "BRL", "PT": "EUR", "US": "USD"}[country]
        values["amount"] = {"amount": f"{chance.randrange(5, 900) * 100}.00", "currency": currency}
    if source == "web":
        values["utm"] = {"source": chance.choice(("search", "social", "newsletter"))}
        values["websites"] = [{"value": f"https://www.{domain}", "kind": "work"}]
    return values


def _phone(chance: Random, country: str) -> str:
    if country == "BR":
        area = chance.choice(("11", "21", "31", "41", "81"))
        return f"+55{area}9{chance.randrange(60_000_000, 99_999_999)}"
    if country == "PT":
        return f"+3519{chance.choice('1236')}{chance.randrange(1_000_000, 9_999_999)}"
    area = chance.choice(("512", "617", "312"))
    return f"+1{area}{chance.randrange(200, 999)}{chance.randrange(1000, 9999)}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "")
