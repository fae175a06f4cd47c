"""Records: fields, writing and lists."""
