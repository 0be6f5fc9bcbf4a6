"""Recordings of vital signs as files, judged by the alarm engine at full speed."""
