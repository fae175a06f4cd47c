"""Pages of those who set Rapport up, a file a part."""
