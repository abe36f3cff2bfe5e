"""Who acts: accounts with their sets of roles, sign-in, and the guards in front of every page.

Words: an *account* belongs to one worker; a *sign-in* is one browser of theirs, kept on the server and ended there;
an *actor* is the account of the present request; its *scope* says whose rows it reaches.
"""
