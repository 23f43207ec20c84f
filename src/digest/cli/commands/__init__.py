"""One module per command; each holds its click command under the name `command`. Imported when it runs."""
