"""The rules of the house as code: contracts on imports, rules on source, templates, routes and tables."""
