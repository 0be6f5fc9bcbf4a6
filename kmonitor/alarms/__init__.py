"""Alarm conditions, their occurrences and what is presented; pure, judged on the monitor thread."""
