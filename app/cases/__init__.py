"""The case and its way in and out: referral, plan and decision, the basis of a start, closing.

Words: a *case* (ケース) is one round of support under a number (台帳番号); its *team* sees it; a *plan* is decided by the
city or, on the light path, not needed; the *basis* of a start is a decided plan, an early start with a date by which
it is confirmed, or participation without a plan. A case says where it counts (圏域), never where somebody lives.
"""
