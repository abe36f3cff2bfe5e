"""The demo town's data, its generator, the reference tables and the templates to fill.

This package is imported only to run the generator (`python -m data.generator`); the product reads the files.
"""
