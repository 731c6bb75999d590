"""Pickles as what they are, a list of instructions: followed on paper, never carried out."""
