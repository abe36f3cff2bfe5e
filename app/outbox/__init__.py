"""What goes out to people: notices to accounts, mails and letters to those who have none.

Words: a *draft* is a ready text with whom it is for, handed in by an upper slice, which alone knows hosts and resources;
a *delivery* is a draft on its way; its *channel* is chosen by a rule that says why. A *letter* is printed by a worker.
"""
