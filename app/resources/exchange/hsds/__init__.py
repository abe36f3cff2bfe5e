"""The catalogue as documents of HSDS 3.0 (Human Services Data Specification, Open Referral), and back from such documents.

`offers` is what the outside may know of an entry, `documents` and `taxonomies` are the answers, `schedules` the days and
hours in both directions, `facts` what HSDS has no field for, `asking` the parameters, `description` what we offer in the
words of OpenAPI, and `reading` makes a table of what others publish, so that an import treats it like any other file.
"""
