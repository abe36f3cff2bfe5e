"""The pages of the catalogue, a file for each purpose."""
