"""The one door to who a person is: identity, household, protection, consent, and whom they must never meet.

Words: a *person* is the one supported (本人); their *identity* is sealed and opened here only, each time with a line in
the audit log; a *protected* household is under 支援措置; a *consent* names items, recipient, purpose and period, and
ends from the minute in which it is withdrawn. Other slices know a person by an opaque id.
"""
