"""Activities: what people do about a record, and what the system notes about it.

Owns activities; so far the system ones, which nobody but Rapport writes. Says `activity.created`.
Hears the leads, and notes each of their events once, in order per lead. Calls nobody.
"""
