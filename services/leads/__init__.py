"""Leads: potential customers on their way to becoming customers.

Owns leads, their statuses and status history, and their conversions. Says `lead.*` and
`lead_status.*`. Hears the names of identity's users, of contacts, companies and deals, which it
keeps as labels, and from contacts who of its senders is known. Calls contacts and deals, to make
of a lead what it became.
"""
