"""Find, follow, measure and judge the use of origin-related personal data, with evidence.

The stages are libraries first: import a stage by its face, for instance
``from doorlicht import detection``. The command line is a thin door over :mod:`doorlicht.runs`.
"""

__version__ = "0.1.0"
