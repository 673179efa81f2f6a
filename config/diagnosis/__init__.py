"""What is wrong with an installation, in plain words. `examination.examine` is the one door."""
