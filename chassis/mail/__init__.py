"""Mail that the system itself sends: a link to set a password, and its like."""
