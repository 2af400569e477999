"""Measures how the queue endures: paced work for minutes, while workers and server die and a snapshot stays open."""
