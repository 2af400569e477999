"""Measures how the queue endures: paced work for minutes, while workers and the server die and a snapshot stays open."""
