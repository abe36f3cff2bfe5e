"""The ground: towns (町丁) and districts (圏域) with outlines, centres and residents by age and sex.

Words: an *area* is a town or a district; a town lies in at most one district (its parent). Residents come from the
standard population file and are counts of all who live there, never of people supported.
"""
