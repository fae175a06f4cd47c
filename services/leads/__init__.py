"""Leads: potential customers on their way to becoming customers.

Owns leads, their statuses and status history, and their conversions. Says `lead.*` and
`lead_status.*`. Hears identity's users, whose names it keeps as labels. Calls contacts and deals,
to make of a lead what it became.
"""
