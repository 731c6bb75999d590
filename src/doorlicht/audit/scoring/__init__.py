"""Scores of models, computed with numpy from what was read of them: nothing of a model is run."""
