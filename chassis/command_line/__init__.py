"""The `crm` command: one small file a subcommand, imported only when it is used."""
