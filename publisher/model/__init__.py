"""What is said, and what has become of it: frozen data and the rules between them. No I/O."""
