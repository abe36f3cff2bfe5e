"""Pure computation on counts: ranges, the finest table, supply, residents, classes of a map, sentences."""
