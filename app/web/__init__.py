"""The shared web kit: how every page looks, answers and fails. It knows no domain.

Words: a *slot* is a named gap in a page that an upper slice fills; an *entry* is one place in the navigation; a
*tone* says how a message is meant; a *fragment* is the part of a page that htmx swaps.
"""
