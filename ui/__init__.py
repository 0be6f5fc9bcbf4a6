"""The window: knows neither serial ports nor SQL."""
