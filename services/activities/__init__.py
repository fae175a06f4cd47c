"""Activities: what people do about records and are to do, and what the system notes about them.

Owns activities and tasks. Says that one was entered, changed, finished, deleted or restored. Hears
leads, contacts, companies and deals: notes each of their events once, in order per record, and
keeps who may read them beside each link. Tells people, by notifications, what of these and of its
own was given to them, mentions them or falls due. Asks the owners of records whether what is about
to be shown may still be read.
"""
