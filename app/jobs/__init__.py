"""Work that takes longer than a page may: queued in a table, taken under a lease, done once. And the work of every day.

Words: a *job* is one piece of work with its file (payload), options and result; a *lease* says until when a worker
has it, and one that was killed loses it; a *handler* does the jobs of one kind and is brought by an upper slice, as is
a *duty*, the work that is done once for each day, and an *errand*, small work that is looked for every half minute.
"""
