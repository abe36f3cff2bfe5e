"""The catalogue (社会資源): what there is to take part in, where, when, for whom, and who said so when.

Words: a *resource* is one offer at one place, several may share a building; a *kind* is an entry of an editable
table; a *light card* is an informal gathering, never scored; a *refuge* is a secret shelter that exists only for who
holds the right. What is not known is empty, shown as 不明, and never guessed.
"""
