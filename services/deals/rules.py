"""The rules of deals, pure: where they start, how probable they are."""

from __future__ import annotations

from typing import Final

DEFAULT_PIPELINE: Final = "sales"
PIPELINE_NAMES: Final = {"en": "Sales", "pt-BR": "Vendas"}
DEFAULT_STAGES: Final = (
    ("new", "process", "New", "Novo"),
    ("qualification", "process", "Qualification", "Qualificação"),
    ("proposal", "process", "Proposal", "Proposta"),
    ("negotiation", "process", "Negotiation", "Negociação"),
    ("won", "success", "Won", "Ganho"),
    ("lost", "failure", "Lost", "Perdido"),
)
PROBABILITIES: Final = {
    "new": 10, "qualification": 25, "proposal": 50, "negotiation": 75, "won": 100, "lost": 0,
}  # fmt: skip


def probability_in(
    stage: int, *, final: bool, said: bool, own: int | None, kept: int | None
) -> tuple[int, bool]:
    """How probable a deal is in a stage of probability `stage`, and whether that is its own.

    `own` is what was `said` with the write: None gives the stage its say again. `kept` is the
    deal's own probability so far. What is closed is as probable as its stage says.
    """
    wanted = own if said else kept
    if final or wanted is None:
        return stage, False
    return wanted, True
