"""OneAlarm: spoken wake-ups made for one person and one morning, always ready in time."""
