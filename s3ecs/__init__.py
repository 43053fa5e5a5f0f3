"""A file lands in a folder of an S3 bucket; a container runs with that file's key as its argument."""

__version__ = "0.1.0"
