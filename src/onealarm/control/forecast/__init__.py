"""How many alarms the coming two days will really bring: what is known, less what will be cancelled, plus what is still
to be created."""
