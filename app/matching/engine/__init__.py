"""From a need profile and columns of places to verdicts, scores, an order and reasons. `matcher.match` is the door."""
