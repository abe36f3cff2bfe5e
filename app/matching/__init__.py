"""From a need to places: what fits, what does not and why, and what would change it.

Words: a *need profile* is what may be known of a person here, without name or address; a *rule* is one hard limit
with a verdict 可, 不可 or 不明 for each place and a *side* that can change it; a *part* is one summand of a score;
a *question* is a 不明 that somebody can answer; a *change* is one step that would let more places pass. 不明 is
neither fit nor misfit. Whom a person must not meet is taken out before anything else and is never named, not even
in a count.
"""
