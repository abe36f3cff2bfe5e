"""Where is what missing: need by district, residents and supply by town, and no way from a figure to a person.

Words: a *release* is the one table of rounded counts of cases that is made in a quarter of a year and then never
changes; a *cell* of it is a district (or *withheld*) × a kind of need × a layer. Everything that any page, map, panel
or export says of cases is added up from the cells of releases; see `engine.finest` for why that is safe. *Supply* is
what is offered, never what is free: a seat that is taken is a person. This slice owns releases and no case.
"""
