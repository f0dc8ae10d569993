"""How many requests the service answers, beside a bare twin of it on the same machine."""
