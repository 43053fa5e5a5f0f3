"""From a folder with a Dockerfile to an image: the user's own container CLI, what goes into a build, and the push."""
