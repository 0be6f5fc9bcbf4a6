"""This computer: what is set, how its record is kept, who may act; and about the program."""
