"""PostgreSQL: one database and one role per service, reached through `Database`."""
