"""An SMTP client that tells "never accepted" from "perhaps accepted", for a ledger that must not send a message twice.

In: one letter at a time, and the caller's word that its body may leave. Out: its outcome, with the server's reply. It keeps no
state between messages but the connection, never retries, and never decides what a refusal means for a recipient's ledger entry.
"""
