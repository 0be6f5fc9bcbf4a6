"""The domain: knows neither Qt nor serial ports."""
