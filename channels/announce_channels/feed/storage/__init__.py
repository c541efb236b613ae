"""Where the files go: a folder or a bucket, and the manifest of what is ours."""
