"""Lists: filters, scope, sorting, paging and counting on a real PostgreSQL."""
