"""The embedded AWS, through its public side: HTTP, files, processes."""
