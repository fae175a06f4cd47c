"""Deals: the business one hopes for, on its way through a pipeline to won or lost.

Owns deals, pipelines, their stages and the stays of deals in them. Says `deal.*`, `deal_stage.*`
and `pipeline.*`. Hears identity's users, contacts' companies and contacts and leads' leads, whose
names it keeps as labels, and which activities were done about a deal. Calls contacts about whom it
has not heard yet.
"""
