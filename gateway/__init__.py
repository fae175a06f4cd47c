"""The HTTP door: parses, checks what no service needs to be asked for, calls services, answers."""
