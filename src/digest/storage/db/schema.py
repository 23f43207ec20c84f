"""The tables, as a list of migrations. New ones are appended; `user_version` is the number already applied."""

MIGRATIONS = (
    # 1: what was seen, and what was published of it
    """
    CREATE TABLE feeds (
        url TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        first_ok TEXT,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        body_hash TEXT NOT NULL DEFAULT '',
        moved_to TEXT NOT NULL DEFAULT '',
        moved_since TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        not_found_since TEXT,
        next_due TEXT,
        asked_until TEXT,
        gone INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        feed TEXT NOT NULL,
        at TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT NOT NULL,
        entries INTEGER NOT NULL,
        new INTEGER NOT NULL
    );
    CREATE INDEX fetches_at ON fetches (at);
    CREATE INDEX fetches_feed ON fetches (feed, at);
    CREATE TABLE items (
        id INTEGER PRIMARY KEY
    );
    CREATE TABLE keys (
        key TEXT PRIMARY KEY,
        item INTEGER NOT NULL REFERENCES items (id)
    ) WITHOUT ROWID;
    CREATE INDEX keys_item ON keys (item);
    CREATE TABLE sightings (
        id INTEGER PRIMARY KEY,
        item INTEGER NOT NULL REFERENCES items (id),
        feed TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        fate TEXT,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL,
        authors TEXT NOT NULL,
        published TEXT
    );
    CREATE INDEX sightings_item ON sightings (item, feed);
    CREATE INDEX sightings_first_seen ON sightings (first_seen);
    CREATE TABLE issues (
        key TEXT PRIMARY KEY,
        slot TEXT NOT NULL,
        start TEXT,
        cutoff TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('making', 'draft', 'closed'))
    ) WITHOUT ROWID;
    CREATE TABLE published (
        key TEXT PRIMARY KEY,
        issue TEXT NOT NULL REFERENCES issues (key),
        id TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 2: subscribers, the suppression list, and the ledger
    """
    CREATE TABLE subscribers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        address TEXT NOT NULL,
        name TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('unconfirmed', 'active', 'paused', 'unsubscribed', 'suspended')),
        trends TEXT NOT NULL,
        consent TEXT NOT NULL,
        added TEXT NOT NULL,
        hard_bounces INTEGER NOT NULL DEFAULT 0,
        last_bounce TEXT
    );
    CREATE TABLE suppressed (
        hash TEXT PRIMARY KEY,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE secrets (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE mailings (
        issue TEXT NOT NULL,
        route TEXT NOT NULL,
        started TEXT NOT NULL,
        runs INTEGER NOT NULL,
        candidates INTEGER NOT NULL,
        PRIMARY KEY (issue, route)
    ) WITHOUT ROWID;
    CREATE TABLE deliveries (
        issue TEXT NOT NULL,
        route TEXT NOT NULL,
        subscriber INTEGER NOT NULL,
        state TEXT NOT NULL CHECK
            (state IN ('pending', 'offered', 'accepted', 'refused', 'in_doubt', 'suppressed', 'expired')),
        attempts INTEGER NOT NULL DEFAULT 0,
        deferred_since TEXT,
        retry_at TEXT,
        at TEXT NOT NULL,
        reply TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (issue, route, subscriber),
        FOREIGN KEY (issue, route) REFERENCES mailings (issue, route)
    ) WITHOUT ROWID;
    CREATE INDEX deliveries_subscriber ON deliveries (subscriber);
    """,
    # 3: what else a document contained, for the health check of feeds
    """
    ALTER TABLE fetches ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE fetches ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE fetches ADD COLUMN redated INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE fetches ADD COLUMN strange INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE fetches ADD COLUMN flooded INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX sightings_feed ON sightings (feed, first_seen);
    """,
    # 4: the outcome of each slot
    """
    CREATE TABLE publications (
        key TEXT PRIMARY KEY,
        slot TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('held', 'skipped', 'sending', 'published')),
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        told INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    """,
    # 5: the index of the archive, for overview pages and searches
    """
    CREATE TABLE catalogue (
        number INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        stamp TEXT NOT NULL,
        year INTEGER NOT NULL,
        slot TEXT NOT NULL,
        state TEXT NOT NULL,
        summary TEXT NOT NULL,
        content TEXT
    );
    CREATE INDEX catalogue_year ON catalogue (year, number);
    CREATE TABLE catalogue_pulses (
        trend TEXT NOT NULL,
        number INTEGER NOT NULL,
        count INTEGER NOT NULL,
        expected REAL,
        verdict TEXT NOT NULL,
        shown INTEGER NOT NULL,
        folded INTEGER NOT NULL,
        PRIMARY KEY (trend, number)
    ) WITHOUT ROWID;
    CREATE TABLE catalogue_places (
        heading TEXT NOT NULL,
        item INTEGER NOT NULL,
        PRIMARY KEY (heading, item)
    ) WITHOUT ROWID;
    CREATE INDEX catalogue_places_item ON catalogue_places (item);
    CREATE VIRTUAL TABLE catalogue_items USING fts5 (
        title, summary, authors, labels, card UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2'
    );
    """,
    # 6: the bounce reports that were counted
    """
    CREATE TABLE bounce_reports (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 7: the title of a document
    """
    ALTER TABLE fetches ADD COLUMN title TEXT NOT NULL DEFAULT '';
    """,
    # 8: when a check found nothing due
    """
    CREATE TABLE looks (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at TEXT NOT NULL
    );
    """,
    # 9: the health sentence of each feed on the day of its last check
    """
    CREATE TABLE judgements (
        feed TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        sentence TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 10: running totals of each feed's items, issue by issue
    """
    CREATE TABLE catalogue_sources (
        source TEXT NOT NULL,
        item INTEGER NOT NULL,
        total INTEGER NOT NULL,
        PRIMARY KEY (source, item)
    ) WITHOUT ROWID;
    INSERT INTO catalogue_sources
        SELECT substr(heading, 6), max(item), sum(count(*)) OVER (PARTITION BY heading ORDER BY max(item))
        FROM catalogue_places WHERE heading >= 'feed ' AND heading < 'feed!' GROUP BY heading, item / 262144;
    """,
    # 11: the claims that items touched; the archive is indexed again
    """
    CREATE TABLE catalogue_claims (
        trend TEXT NOT NULL,
        number INTEGER NOT NULL,
        touches TEXT NOT NULL,
        PRIMARY KEY (trend, number)
    ) WITHOUT ROWID;
    DELETE FROM catalogue;
    DELETE FROM catalogue_pulses;
    DELETE FROM catalogue_places;
    DELETE FROM catalogue_sources;
    DELETE FROM catalogue_items;
    """,
    # 12: the ids of the items that touched claims; the archive is indexed again
    """
    DELETE FROM catalogue_claims;
    DELETE FROM catalogue;
    DELETE FROM catalogue_pulses;
    DELETE FROM catalogue_places;
    DELETE FROM catalogue_sources;
    DELETE FROM catalogue_items;
    """,
    # 13: the kind of an entry; NULL if stored before, and then determined when it is read
    """
    ALTER TABLE sightings ADD COLUMN kind TEXT;
    """,
    # 14: how links name a person. Those who were there before may have mail whose links name them by number.
    """
    ALTER TABLE subscribers ADD COLUMN link TEXT NOT NULL DEFAULT '';
    ALTER TABLE subscribers ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0;
    UPDATE subscribers SET link = lower(hex(randomblob(8))), numbered = 1;
    CREATE UNIQUE INDEX subscribers_link ON subscribers (link);
    CREATE TABLE confirmations (
        key TEXT PRIMARY KEY,
        address TEXT NOT NULL,
        asked TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        retry_at TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 15: what feeds said of others' interest in a work, whenever that changed
    """
    CREATE TABLE observations (
        key TEXT NOT NULL,
        feed TEXT NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        value INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (key, feed, name, at)
    ) WITHOUT ROWID;
    """,
    # 16: whose trouble it is that a message waits for
    """
    ALTER TABLE deliveries ADD COLUMN about TEXT NOT NULL DEFAULT '';
    """,
    # 17: no password or token in what is exported or published; `masked` is that of `digest.text.secrets`
    """
    UPDATE OR IGNORE keys SET key = masked(key) WHERE key LIKE '%://%@%' OR key LIKE '%://%?%';
    UPDATE OR IGNORE published SET key = masked(key) WHERE key LIKE '%://%@%' OR key LIKE '%://%?%';
    UPDATE OR IGNORE observations SET key = masked(key) WHERE key LIKE '%://%?%';
    UPDATE sightings SET url = masked(url) WHERE url LIKE '%://%?%';
    """,
    # 18: what a citation needs of an item, and the items by their ids; the archive is indexed again
    """
    DELETE FROM catalogue_claims;
    DELETE FROM catalogue;
    DELETE FROM catalogue_pulses;
    DELETE FROM catalogue_places;
    DELETE FROM catalogue_sources;
    DELETE FROM catalogue_items;
    """,
    # 19: what a feed said of an item later, whenever that changed
    """
    CREATE TABLE mended (
        sighting INTEGER NOT NULL REFERENCES sightings (id),
        at TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL,
        authors TEXT NOT NULL,
        kind TEXT,
        PRIMARY KEY (sighting, at)
    ) WITHOUT ROWID;
    """,
    # 20: benchmark results that items report
    """
    CREATE TABLE catalogue_reported (
        trend TEXT NOT NULL,
        benchmark TEXT NOT NULL,
        value REAL NOT NULL,
        number INTEGER NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        sentence TEXT NOT NULL,
        PRIMARY KEY (trend, benchmark, value, number, id)
    ) WITHOUT ROWID;
    CREATE INDEX catalogue_reported_number ON catalogue_reported (number);
    """,
    # 21: what a language model answered, by request; its failures by window; and the tokens that each request took
    """
    CREATE TABLE model_answers (
        request TEXT PRIMARY KEY,
        task TEXT NOT NULL,
        model TEXT NOT NULL,
        answer TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE model_failures (
        cutoff TEXT NOT NULL,
        request TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (cutoff, request)
    ) WITHOUT ROWID;
    CREATE TABLE model_spending (
        id INTEGER PRIMARY KEY,
        request TEXT NOT NULL,
        issue TEXT NOT NULL,
        at TEXT NOT NULL,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL
    );
    CREATE INDEX model_spending_issue ON model_spending (issue);
    CREATE INDEX model_spending_at ON model_spending (at);
    """,
    # 22: the last day of arXiv's announcements that is stored
    """
    ALTER TABLE feeds ADD COLUMN covered TEXT;
    """,
    # 23: the language of a subscriber, and of the page on which somebody signed up
    """
    ALTER TABLE subscribers ADD COLUMN language TEXT NOT NULL DEFAULT '';
    ALTER TABLE confirmations ADD COLUMN language TEXT NOT NULL DEFAULT '';
    """,
    # 24: words in their plain form; the archive is indexed again
    """
    DELETE FROM catalogue_claims;
    DELETE FROM catalogue;
    DELETE FROM catalogue_pulses;
    DELETE FROM catalogue_places;
    DELETE FROM catalogue_sources;
    DELETE FROM catalogue_items;
    """,
    # 25: the held issues that were approved before their slots
    """
    CREATE TABLE approvals (
        key TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        by TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 26: what readers chose about their letters, and up to when each was served
    """
    CREATE TABLE profiles (
        hash TEXT PRIMARY KEY,
        content TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE preferences (
        subscriber INTEGER PRIMARY KEY,
        profile TEXT NOT NULL,
        next_at TEXT,
        cutoff TEXT,
        paused_until TEXT
    );
    CREATE INDEX preferences_next_at ON preferences (next_at);
    CREATE INDEX preferences_profile ON preferences (profile);
    """,
    # 27: what was seen of works in a span of time
    """
    CREATE INDEX observations_at ON observations (at);
    """,
    # 28: who may use the desk, their links and sessions (as hashes), and what was done there
    """
    CREATE TABLE desk_accounts (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        address TEXT NOT NULL,
        role TEXT NOT NULL,
        created TEXT NOT NULL,
        disabled TEXT
    );
    CREATE TABLE desk_links (
        hash TEXT PRIMARY KEY,
        account INTEGER REFERENCES desk_accounts (id),
        who TEXT NOT NULL,
        server TEXT NOT NULL,
        made TEXT NOT NULL,
        until TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX desk_links_account ON desk_links (account);
    CREATE TABLE desk_sessions (
        hash TEXT PRIMARY KEY,
        account INTEGER REFERENCES desk_accounts (id),
        who TEXT NOT NULL,
        server TEXT NOT NULL,
        started TEXT NOT NULL,
        seen TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX desk_sessions_account ON desk_sessions (account);
    CREATE TABLE desk_audit (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        place TEXT NOT NULL,
        action TEXT NOT NULL,
        about TEXT NOT NULL
    );
    CREATE INDEX desk_audit_at ON desk_audit (at);
    """,
    # 29: mailings that a person stopped
    """
    CREATE TABLE pauses (
        issue TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        by TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 30: which reminders of a held issue were sent
    """
    CREATE TABLE reminders (
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (key, name)
    ) WITHOUT ROWID;
    """,
    # 31: letters with their texts, which of them each recipient gets, and which items letters held by when
    """
    CREATE TABLE letters (
        key TEXT PRIMARY KEY,
        round TEXT NOT NULL,
        name TEXT NOT NULL,
        slot TEXT NOT NULL,
        choice TEXT NOT NULL,
        trends TEXT NOT NULL,
        language TEXT NOT NULL,
        start TEXT,
        cutoff TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('due', 'made', 'empty', 'broken')),
        reason TEXT NOT NULL DEFAULT '',
        others INTEGER NOT NULL DEFAULT 0,
        items TEXT NOT NULL DEFAULT '[]',
        issue BLOB,
        html BLOB,
        text BLOB,
        page BLOB
    ) WITHOUT ROWID;
    CREATE INDEX letters_round ON letters (round);
    CREATE INDEX letters_cutoff ON letters (cutoff);
    CREATE TABLE letter_items (
        key TEXT PRIMARY KEY,
        cutoff TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE letters_lost (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at TEXT NOT NULL
    );
    ALTER TABLE deliveries ADD COLUMN letter TEXT NOT NULL DEFAULT '';
    CREATE INDEX deliveries_open ON deliveries (issue) WHERE state IN ('pending', 'offered');
    """,
    # 32: how items stand to claims; the archive is indexed again
    """
    DELETE FROM catalogue_claims;
    DELETE FROM catalogue;
    DELETE FROM catalogue_pulses;
    DELETE FROM catalogue_places;
    DELETE FROM catalogue_sources;
    DELETE FROM catalogue_reported;
    DELETE FROM catalogue_items;
    """,
    # 33: each closed issue as its issue.json, in a store that several machines share
    """
    CREATE TABLE issue_texts (
        key TEXT PRIMARY KEY REFERENCES issues (key),
        content TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 34: how issues did; the archive is indexed again
    """
    UPDATE catalogue SET stamp = '';
    """,
    # 35: no key longer than an index of any database takes; `fitted` is that of `digest.text.clean`
    """
    UPDATE OR IGNORE keys SET key = fitted(key) WHERE length(key) > 250;
    UPDATE OR IGNORE published SET key = fitted(key) WHERE length(key) > 250;
    UPDATE OR IGNORE letter_items SET key = fitted(key) WHERE length(key) > 250;
    UPDATE OR IGNORE observations SET key = fitted(key) WHERE length(key) > 250;
    """,
    # 36: how often somebody asked the desk for something; all servers of a store know it
    """
    CREATE TABLE desk_limits (
        asker TEXT PRIMARY KEY,
        until TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 37: what a language model said of each item's labels
    """
    CREATE TABLE model_opinions (
        request TEXT PRIMARY KEY,
        item TEXT NOT NULL,
        model TEXT NOT NULL,
        answer TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX model_opinions_item ON model_opinions (item);
    """,
    # 38: the model that a benchmark result is of
    """
    ALTER TABLE catalogue_reported ADD COLUMN model TEXT NOT NULL DEFAULT '';
    """,
    # 39: the names and phrases that moved, by trend; the archive is indexed again
    """
    CREATE TABLE catalogue_moved (
        trend TEXT NOT NULL,
        number INTEGER NOT NULL,
        terms TEXT NOT NULL,
        PRIMARY KEY (trend, number)
    ) WITHOUT ROWID;
    UPDATE catalogue SET stamp = '';
    """,
)
