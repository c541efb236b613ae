"""What an engineer can do, a module a verb, in the order in which it happens. Prints nothing, asks only its desk."""
