"""The two databases behind one set of models: declarative base, column types, engines, sessions, the scope tripwire.

Words: *embedded* is the SQLCipher file, *PostGIS* the server; a *reading* session cannot write, a *writing* one takes
the writer's lock at its start; a *scope* says whose rows a session may touch.
"""
