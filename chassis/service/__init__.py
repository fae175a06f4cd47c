"""What a service is made of: entrypoints, listeners, its parts, and the host that runs them."""
