"""What a day costs: the real pipeline against counting providers, beside one script and one speech call per alarm."""
