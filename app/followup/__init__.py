"""定着支援 and 受け入れ先支援: taking part from the first look on, planned contacts, visits.

Words: a *placement* (参加) is one person at one place with a stage; a *touchpoint* is a planned contact with the person or,
apart, with the host; a *visit* (訪問記録) is what happened. What is written about somebody is sealed.
"""
