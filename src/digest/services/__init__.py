"""The program's operations: each connects the core (`editorial`, `render`, ...) with storage, network and mail.

In: an open workspace and what was asked for. Out: what was done, as a value. Never prints, parses arguments or renders a request's page.

collect     for each feed: fetch | parse | identify | admit | store          a bad feed costs one line
build       read back what the archive holds and the store does not
            take the slot that is due, or the open period's draft | store the cutoff
            collect                          what it finds is first seen at the cutoff
            window | filter | classify | compose | render
            lint                             an issue whose mail fails stays a draft
            archive                          temp folder, then rename
            close                            record what was published
publish     build the slot's issue, lint it, mail it, notify the operator
send        fix the recipients | for each: offered, committed | message | its state; see `digest.services.send`

Nothing is imported here, so that a command loads only the modules of its own step.
"""
