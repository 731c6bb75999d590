"""Measuring from published counts alone: rounded, with small cells left out, and with totals.

A statistics office gives no people but a table. Every measure is then a range: all values that
some table of whole people can have which, rounded by the office's rules, gives what was printed.
"""
