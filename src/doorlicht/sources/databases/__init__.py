"""Tables of databases, counted by the database itself: the vocabulary goes there, counts come back.

A database is opened by its URL. What one engine writes differently from another is in a dialect
(:mod:`.dialect`); what is done with it is the same for all (:mod:`.connector`, :mod:`.counting`).
"""
