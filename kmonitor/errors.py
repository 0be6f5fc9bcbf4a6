"""What the world outside may do to us; each says in one plain sentence what went wrong."""


class WorldError(Exception):
    """The world failed; caught at a thread's edge or at the command line, never a bug of ours."""


class LinkError(WorldError):
    """A port could not be opened, or broke."""


class StoreError(WorldError):
    """The record could not be opened, read or written."""


class SettingsError(WorldError):
    """A settings or site file cannot be used; the text names file and field."""
