"""Files of social resources: bytes → table → checked rows. Pure; the page and the command both go through here.

`columns` knows the headers, `profiles` the published layouts, `cells` reads one cell each, `checking` makes a row of
typed values or a list of reasons, `identity` says which rows are the same resource, `report` is what an import answers.
"""
