"""The gateway over real HTTP and a real bus, before small services."""
