"""``python -m s3ecs`` is the ``s3ecs`` command."""

from s3ecs.cli import main

if __name__ == "__main__":
    main()
