"""Small widgets that draw what a view-model gives them and know nothing of the session."""
