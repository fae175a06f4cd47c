"""Activities: what people do about records, and what the system notes about them.

Owns activities. Says that one was entered, changed, deleted or restored. Hears leads, contacts,
companies and deals: notes each of their events once, in order per record, and keeps who may read
them beside each link. Asks their owners whether rows about to be shown may still be read.
"""
