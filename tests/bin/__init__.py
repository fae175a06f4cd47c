"""The recycle bin of every entity: out of it and back, out of it for good, and erasing people."""
