"""Sample outlets that ship with the product, and what the demo watches them for."""
