"""Records: how an entity is declared, checked, written, read and described."""
