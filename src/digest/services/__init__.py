"""The whole program: feeds in, an archived issue out. Wires the edges to the core; decides nothing itself.

collect     for each feed: fetch | parse | identify | admit | store          a bad feed costs one line
build       read back what the archive holds and the store does not
            take the slot that is due, or the open period's draft | store the cutoff
            collect                          what it finds is first seen at the cutoff
            window | sift | classify | compose | render
            check                            a mail that cannot be read stays a draft
            archive                          temp folder, then rename
            close                            note what was published
publish     build the slot's issue, judge it, mail it, tell
send        freeze the recipients | for each: offered, committed | message | its state; see `digest.services.send`

Nothing is imported here, so that a command pays only for the step that it takes.
"""
