"""From bytes to readings and back: knows no Qt."""
