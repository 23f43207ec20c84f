"""One module per command, imported when the command runs. Each defines its click command as `command`.

In: options and an open workspace. Out: a call of a service, and its result as text or JSON. Never does what a service could do for
the API, the desk or the daemon as well.
"""
