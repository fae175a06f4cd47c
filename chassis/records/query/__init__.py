"""Lists: what a caller asks for, what they may see of it, and the statement that finds it fast."""
