"""One file a protocol: bytes to readings and back, without any I/O."""
