"""The limits page: what alarms in this session, how far the patient is from it, and changing it."""
