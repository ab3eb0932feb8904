"""Real servers for tests, without Docker: prepared once, started on free ports, ended with their parent."""
