"""What happened to every record: history, audit trail and outbox in one insert-only table."""
