"""The alerts of a watch as a feed, behind a secret address."""
