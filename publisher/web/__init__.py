"""What is served over HTTP: the status site's folder; later a trigger."""
