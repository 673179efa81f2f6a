"""Benchmarks: our work against a bare bound in the same run."""
