"""Every right against every door: cells made from the table of grants, asked over real HTTP."""
