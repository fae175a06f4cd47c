"""Contacts: the people and companies one deals with, and by what one recognises them again.

Owns contacts, companies and the match keys of leads, contacts and companies. Says `contact.*`,
`company.*` and `lead_match.found`. Hears identity's users and the leads. Calls nobody.
"""
