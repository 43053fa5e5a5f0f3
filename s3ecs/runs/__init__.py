"""What happens after a stack is up: runs, their tasks, their lines, and what could not start one."""
