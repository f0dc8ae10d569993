"""Other languages at the door: each translates into the use cases and back, and knows no other."""
