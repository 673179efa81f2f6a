"""The conversion report: where leads come from, how far they get, how long it takes, and whether the score predicts it."""
