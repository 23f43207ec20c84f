"""A stand-in for arXiv on loopback: its RSS, listing pages, OAI-PMH and API, all under its rule.

Whoever asks twice within the gap, or on a second connection meanwhile, is answered 429.
"""

import html
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from digest.feeds.announcements import Places
from digest.fetch.throttle import Rule
from support.listening import listening

GAP = 0.05  # seconds that stand for three
RECORDS = 300  # of one page of OAI-PMH


@dataclass(frozen=True)
class Paper:
    id: str
    title: str
    abstract: str = "We study large language models."
    kind: str = "new"
    created: date | None = None  # by default the day before its announcement
    updated: bool = False


@dataclass
class Arxiv:
    """What is announced on which day, the day that it is, and what goes wrong."""

    days: dict[date, list[Paper]]
    today: date
    down: str = ""  # paths that begin with it answer 503
    shows: date | None = None  # the day that the RSS shows, if it is stale
    hides: int = 0  # papers that the RSS leaves out
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    base: str = ""
    _free: float = 0.0
    _busy: threading.Lock = field(default_factory=threading.Lock)

    @property
    def places(self) -> Places:
        host = urlsplit(self.base).netloc
        return Places(feeds=frozenset({host}), listing=f"{self.base}/list/{{category}}/new", harvest=f"{self.base}/oai")

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (Rule(owner="arxiv", hosts=frozenset({"127.0.0.1"}), gap=GAP, connections=1, source="tests"),)

    def answer(self, path: str) -> tuple[int, str]:
        if not self._busy.acquire(blocking=False):
            self.refused += 1
            return 429, ""
        try:
            if time.monotonic() < self._free:
                self.refused += 1
                return 429, ""
            self._free = time.monotonic() + GAP
            self.asked.append(path)
            return (503, "") if self.down and path.startswith(self.down) else (200, self._said(path))
        finally:
            self._busy.release()

    def _said(self, path: str) -> str:
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if path.startswith("/rss/"):
            return self._rss()
        if path.startswith("/list/"):
            return self._listing()
        return self._oai(query) if path.startswith("/oai") else self._api(query)

    def _last(self) -> date:
        return max((day for day in self.days if day <= self.today), default=self.today)

    def _rss(self) -> str:
        day = self.shows or self.today
        papers = self.days.get(day, [])
        return rss(day, papers[: len(papers) - self.hides])

    def _listing(self) -> str:
        day = self._last()
        papers = self.days.get(day, [])
        links = "".join(
            f'<dt><a href ="/abs/{paper.id}" title="Abstract">arXiv:{paper.id}</a></dt>' for paper in papers
        )
        heading = f"{day:%A}, {day.day} {day:%B %Y}"
        return f"<html><body><h3>Showing new listings for {heading}</h3><p>Total of {len(papers)} entries</p>{links}</body></html>"

    def _oai(self, query: dict[str, str]) -> str:
        span, _, start = query.get("resumptionToken", f"{query.get('from')},{query.get('until')}|0").partition("|")
        first, _, last = span.partition(",")
        found = [
            (day, paper)
            for day, papers in sorted(self.days.items())
            if first <= day.isoformat() <= last
            for paper in papers
        ]
        place = int(start)
        records = "".join(record(day, paper) for day, paper in found[place : place + RECORDS])
        token = f"<resumptionToken>{span}|{place + RECORDS}</resumptionToken>" if place + RECORDS < len(found) else ""
        body = f"<ListRecords>{records}{token}</ListRecords>" if found else '<error code="noRecordsMatch">none</error>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>'

    def _api(self, query: dict[str, str]) -> str:
        papers = [(day, paper) for day, each in sorted(self.days.items()) if day <= self.today for paper in each]
        entries = "".join(
            f"<entry><id>http://arxiv.org/abs/{paper.id}v1</id><title>{html.escape(paper.title)}</title>"
            f'<published>{day}T00:00:00Z</published><link href="https://arxiv.org/abs/{paper.id}v1" rel="alternate"/></entry>'
            for day, paper in papers[-int(query.get("max_results", 10)) :]
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>{entries}</feed>'


def rss(day: date, papers: Sequence[Paper]) -> str:
    stamp = f"{day:%a, %d %b %Y} 00:00:00 -0400"
    items = "".join(
        f"<item><title>{html.escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.id}</link>"
        f"<description>arXiv:{paper.id}v1 Announce Type: {paper.kind} \nAbstract: {html.escape(paper.abstract)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{paper.id}v1</guid><pubDate>{stamp}</pubDate>'
        f"<arxiv:announce_type>{paper.kind}</arxiv:announce_type><dc:creator>Ada Byron, Charles Babbage</dc:creator></item>"
        for paper in papers
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss xmlns:arxiv=\"http://arxiv.org/schemas/atom\""
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>cs.CL updates on arXiv.org</title>'
        f"<link>http://rss.arxiv.org/rss/cs.CL</link><description>x</description><pubDate>{stamp}</pubDate>{items}</channel></rss>"
    )


def record(day: date, paper: Paper) -> str:
    created = paper.created or day - timedelta(days=1)
    updated = f"<updated>{day}</updated>" if paper.updated else ""
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper.id}</identifier><datestamp>{day}</datestamp><setSpec>cs:cs:CL</setSpec></header>"
        f'<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.id}</id><created>{created}</created>{updated}'
        "<authors><author><keyname>Byron</keyname><forenames>Ada</forenames></author>"
        "<author><keyname>Babbage</keyname><forenames>Charles</forenames><suffix>Jr.</suffix></author></authors>"
        f"<title>{html.escape(paper.title)}</title><categories>cs.CL</categories><abstract>  {html.escape(paper.abstract)}\n</abstract>"
        "</arXiv></metadata></record>"
    )


@contextmanager
def serving_arxiv(days: dict[date, list[Paper]], today: date) -> Iterator[Arxiv]:
    """The stand-in on a free port."""
    arxiv = Arxiv(days=days, today=today)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = arxiv.answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as port:
        arxiv.base = f"http://127.0.0.1:{port}"
        yield arxiv
