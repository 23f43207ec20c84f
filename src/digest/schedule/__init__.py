"""When issues are due.

Takes a schedule, a zone and an instant; gives slots, keys and what is due. Reads no clock and wakes nothing: the daemon does.
"""
