"""What a person or a pipe reads: text, progress and JSON; listeners that decide nothing."""
