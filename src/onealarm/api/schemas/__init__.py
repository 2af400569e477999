"""What goes in and out over HTTP. What comes in is checked here; what goes out is shown as it is."""
