"""Other languages at the door: each is translated into the same use cases and back."""
