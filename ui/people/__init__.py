"""Who acts: the gate every key goes through, sign-in, lock and the first user."""
