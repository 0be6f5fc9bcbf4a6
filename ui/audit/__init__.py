"""Who did what: the audit trail, newest first."""
