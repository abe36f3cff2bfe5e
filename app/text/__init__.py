"""Japanese text as towns really write it: normalising, search terms, and reading of dirty cells.

Pure. To *normalise* is to make two spellings of the same thing equal; a *term* is a piece of text that both
databases index alike; a *reading* is what a cell says, or a Japanese sentence about why it could not be read.
"""
