"""A stand-in for a provider: OpenAI's API as documented, on this machine, with faults that can be switched on."""
