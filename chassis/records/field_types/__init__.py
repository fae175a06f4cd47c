"""The kinds of field an entity can have, one class each."""
