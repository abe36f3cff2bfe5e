"""Who did or read what, when: an append-only log whose rows are chained by a keyed hash.

Words: an *event* is one row; the *head* is the number and hash of the last one. An edited, removed or inserted event
breaks the chain. A cut-off tail together with an older head does not, so the head is printed with every backup and
can be compared by hand. The log knows ids only, never what a record says.
"""
