"""Pure functions from (session, now) to what is drawn; no Qt, no state."""
