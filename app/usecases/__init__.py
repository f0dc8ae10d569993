"""One function per promise of the contract; each owns its transaction."""
