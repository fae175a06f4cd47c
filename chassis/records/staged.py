"""What records of an entity with stages have besides those of others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from chassis.records.fields import datetime_


class Staged:
    """What records of an entity with stages have besides: when they moved, when they closed."""

    stage_changed_at: Mapped[datetime] = datetime_(
        "Stage changed", "Etapa alterada em", system=True, required=True
    )
    closed_at: Mapped[datetime | None] = datetime_("Closed", "Encerrado em", system=True)
