"""What moto lacks between an upload and a running program: events, delivery, executions, tasks."""
