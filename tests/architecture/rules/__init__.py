"""One module per rule: each takes the thing to check and returns its violations, each with a remedy."""
