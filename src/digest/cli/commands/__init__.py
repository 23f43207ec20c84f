"""One module per command, imported when the command runs. Each defines its click command as `command`."""
