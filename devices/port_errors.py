"""What went wrong at a port, in one plain sentence."""

from __future__ import annotations

import errno

from kmonitor.errors import LinkError

_GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO)
_IN_USE = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_DENIED = (errno.EACCES, errno.EPERM)
_NO_SERIAL_PORT = (errno.ENOTTY, errno.EISDIR, errno.EINVAL, errno.ENOTDIR)


class PortDeniedError(LinkError):
    """The system refuses the port, or another program holds it: not to be tried at once again."""


def explained(port: str, failure: Exception) -> LinkError:
    """The sentence for a failure to open `port`."""
    number = _number(failure)
    text = str(failure)
    if "://" in port:
        if isinstance(cause := failure.__context__, OSError):
            why = (cause.strerror or "no connection").lower()
            return LinkError(f"Nobody answers at {port}: {why}.")
        return LinkError(f"{port} is no address of a port: write socket://HOST:PORT.")
    if number in _IN_USE or "PermissionError" in text:  # Windows says so of a port in use
        return PortDeniedError(f"{port} is in use by another program.")
    if number in _DENIED:
        return PortDeniedError(
            f"No permission to use {port}: join its group with "
            "`sudo usermod -aG dialout $USER`, then sign out and in again."
        )
    if number in _GONE or "FileNotFoundError" in text:
        return LinkError(f"{port} is not there; is the cable plugged in?")
    if number in _NO_SERIAL_PORT:
        return LinkError(f"{port} is not a serial port.")
    return LinkError(f"{port} cannot be opened: {text}.")


def _number(failure: Exception) -> int | None:
    """The system's error number, also where the library wrapped the error that bore it."""
    for error in (failure, failure.__context__):
        if isinstance(error, OSError) and error.errno is not None:
            return error.errno
        if error is not None and error.args and isinstance(error.args[0], int):
            return error.args[0]  # termios.error
    return None
