"""What the services say to one another: names, levels and message shapes. No behaviour."""
