"""Running an installation: start, health, backup and restore, the demo town. It works on all slices and owns none.

Words: *start* makes key, tables and first account where they are missing; a *demo* is a database whose accounts have
a published password, marked as such; a *backup* is one encrypted file that is checked as soon as it is written.
"""
