"""Words of leads, and of what residents send."""
