"""The tests, by the part they hold to its promises."""
