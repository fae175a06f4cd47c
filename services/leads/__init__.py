"""Leads: potential customers on their way to becoming customers.

Owns leads, their statuses and status history. Says `lead.*` and `lead_status.*`. Hears identity's
users, whose names it keeps as labels. Calls nobody.
"""
