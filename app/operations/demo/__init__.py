"""The demo town, seeded from `data/demo` through the same services and importers that a real town uses.

Its accounts have a published password and live only in a database that is marked for it. Its dates are moved by whole
weeks, so that what happened "last Tuesday" did.
"""
