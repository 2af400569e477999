"""Measures the queue beside others, on one server, in one run."""
