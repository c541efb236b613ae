"""How it gets there: from a recorded plan to outcomes, each step on disk before it is taken."""
