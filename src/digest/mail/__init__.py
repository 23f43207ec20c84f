"""Make messages and deliver them over channels: SMTP, sendmail, a webhook.

In: issues, recipients and letters. Out: messages as bytes, and an outcome for each letter. Never reads or writes the ledger:
the caller keeps it, and is asked before a message's body leaves.
"""
