"""WordPress blogs, through the REST API."""
