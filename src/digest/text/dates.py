"""Parse the dates in feeds into instants in UTC, or None if they are ambiguous.

A part that is missing is never filled in, but for the time of a day (midnight) and a zone (UTC).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_CHARS = 100  # the maximum length of a date
_HOUR = 60  # minutes
_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "cet": 60,
    "mez": 60,
    "met": 60,
    "cest": 120,
    "mesz": 120,
    "mest": 120,
    "eet": 120,
    "eest": 180,
    "sast": 120,
    "msk": 180,
    "pkt": 300,
    "wib": 420,
    "ict": 420,
    "hkt": 480,
    "sgt": 480,
    "pht": 480,
    "awst": 480,
    "jst": 540,
    "kst": 540,
    "acst": 570,
    "acdt": 630,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "akst": -540,
    "akdt": -480,
    "hst": -600,
    "brt": -180,
    "art": -180,
    "nst": -210,
    "ndt": -150,
}  # fmt: skip  (minutes east of UTC, without ambiguous names such as IST; RFC 822 defines those of America)
_OFFSET = re.compile(r"(?:(?:gmt|utc|ut|z)\s?)?([+\-−])\s?(\d{1,2}):?(\d{2})?(?:\s*\(?[a-z]{1,5}\)?)?", re.IGNORECASE)
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})\s?[:h時时시]\s?(\d{2})분?分?(?:[:m]\s?(\d{2})(?:[.,]\d{1,9})?)?(?!\d)", re.IGNORECASE
)
_ISO = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)[.日일]?")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])(?!\d)", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?!\d)", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([/.-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_RFC_3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|GMT|UTC)",
    re.ASCII,
)
_MONTH_SIGN = re.compile(r"(?<!\d)(\d{1,2})\s+(\d{1,2})[월月]\s+(\d{4})(?!\d)")  # "목, 06 8월 2026", as Java writes it
_AFTERNOON = re.compile(r"p\.?\s?m\b\.?|오후|下午|午後|μ\.?μ", re.IGNORECASE)
_MORNING = re.compile(r"a\.?\s?m\b\.?|오전|上午|午前|π\.?μ", re.IGNORECASE)
_OCLOCK = re.compile(r"\b(?:uhr|kello|kl)\b\.?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_DAY_FIRST = "."  # separators of dates that begin with the day; with slashes and hyphens, the order is ambiguous


def read_date(text: object) -> datetime | None:
    """The instant in a text, in UTC, without fractions of a second; None if it is not certain."""
    if not isinstance(text, str) or len(text) > _CHARS:
        return None
    try:
        return _believable(_read(text.strip()))
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    if found := _RFC_822.fullmatch(text):
        day, month, year, hour, minute, second, zone = found.groups()
        midnight = datetime.combine(date(int(year), _MONTHS[month], int(day)), time())
        return _in_utc(midnight + _duration(int(hour), int(minute), int(second)), zone)
    if found := _RFC_3339.fullmatch(text):
        year, month, day, hour, minute, second, zone = found.groups()
        midnight = datetime.combine(date(int(year), int(month), int(day)), time())
        return _in_utc(midnight + _duration(int(hour), int(minute), int(second)), zone)
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if found := _COMPACT.match(text):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        at = time(int(found[4]), int(found[5]), int(found[6] or 0)) if found[4] else time()
        return _in_utc(datetime.combine(day, at), text[found.end() :])
    clock = _TIME.search(text)
    before, after = (text[: clock.start()], text[clock.end() :]) if clock else (text, "")
    day, zone = _day(before, after)
    if day is None:
        return None
    return _in_utc(datetime.combine(day, time()) + _since_midnight(clock, text), zone)


def _since_midnight(clock: re.Match[str] | None, text: str) -> timedelta:
    if clock is None:
        return timedelta()
    hour = int(clock[1])
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return _duration(hour, int(clock[2]), int(clock[3] or 0))


def _duration(hour: int, minute: int, second: int) -> timedelta:
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(hour)
    # 24:00 and a leap second belong to the next day or minute.
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _day(before: str, after: str) -> tuple[date | None, str]:
    """The day, which comes before the time or, in some languages, after it, and the rest, which may contain a zone."""
    for place, text in enumerate((before, after)):
        rest = after if place == 0 else ""
        if found := _ISO.search(text):
            return date(int(found[1]), int(found[2]), int(found[3])), rest
        if found := _WEEK.search(text):
            return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])), rest
        if found := _NUMBERS.search(text):
            return _numbered(int(found[1]), int(found[3]), int(found[4]), found[2]), rest
        if named := _named(text):
            return named, rest
    # "Sun Nov 22 10:00:00 CET 2026": the year comes after the time
    if (year := re.search(r"(?<![\d:+-])(\d{4})\s*$", after)) and (named := _named(f"{before} {year[1]}")):
        return named, after[: year.start()]
    return None, ""


def _numbered(first: int, second: int, year: int, mark: str) -> date | None:
    if mark in _DAY_FIRST or first > 12:
        return date(year, second, first)
    return date(year, first, second) if second > 12 or first == second else None


def _named(text: str) -> date | None:
    """A day with a named month."""
    if found := _MONTH_SIGN.search(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    words = map(str.casefold, _WORD.findall(text))
    month = next((_NAMED_MONTHS[word] for word in words if word in _NAMED_MONTHS), None)
    numbers = _NUMBER.findall(text)
    if month is None or len(numbers) != 2:
        return None
    first, second = numbers
    if len(first) == 4:
        first, second = second, first
    if len(second) == 2 and len(first) <= 2:  # RFC 822 has years of two digits
        second = f"{19 if int(second) > 68 else 20}{second}"
    return date(int(second), month, int(first)) if len(second) == 4 and len(first) <= 2 else None


# The languages in which feeds write the names of months.
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "ru", "uk", "bg", "el",
    "tr", "ca", "et", "lv", "lt", "id", "vi",
)  # fmt: skip
# From January to December, with a blank line between, in lower case, without those that mean two different months. Loading these names of
# every language from CLDR would take 150 ms and 20 MB.
_NAMES = """
 ene enero gen gener gennaio ian ianuarie jaan jaanuar jan janeiro januar januari january január januára janv janvier janvāris
led leden ledna oca ocak saus sausio sausis sij siječanj siječnja sty styczeń stycznia tammi tammikuu tammikuuta ιαν ιανουάριοσ
ιανουαρίου січ січень січня янв январь января яну януари

feb febbraio febr febrer febrero februar februari februarie february február februára februāris fev fevereiro févr février helmi
helmikuu helmikuuta lut lutego luty vas vasario vasaris veebr veebruar velj veljača veljače úno únor února şub şubat φεβ
φεβρουάριοσ φεβρουαρίου лют лютий лютого фев февр февраль февраля февруари

bře březen března kov kovas kovo maalis maaliskuu maaliskuuta maart mar marca march marec maret mars mart martie marts marzec
marzo març março mrt márc március mär märts märz ožu ožujak ožujka μάρ μάρτιοσ μαρ μαρτίου бер березень березня мар март марта

abr abril apr april aprile aprilie aprill apríl apríla aprīlis avr avril bal balandis balandžio dub duben dubna huhti huhtikuu
huhtikuuta kwi kwiecień kwietnia nis nisan tra travanj travnja ápr április απρ απρίλιοσ απριλίου апр апрель апреля април квіт
квітень квітня

geg gegužė gegužės kvě květen května mag maggio mai maig maijs maio maj maja may mayo mayıs mei máj mája május svi svibanj
svibnja touko toukokuu toukokuuta μάι μάιοσ μαι май мая трав травень травня

birž birželio birželis cze czerwca czerwiec giu giugno haz haziran iun iunie juin jun june junho juni junij junio juny juuni jún
júna június jūn jūnijs kesä kesäkuu kesäkuuta lipanj lipnja červen června čvn ιουν ιουνίου ιούν ιούνιοσ июн июнь июня черв
червень червня юни

heinä heinäkuu heinäkuuta iul iulie juil juillet jul julho juli julij julio juliol july juuli júl júla július jūl jūlijs liep
liepa liepos lipca lipiec lug luglio srpanj srpnja tem temmuz července červenec čvc ιουλ ιουλίου ιούλ ιούλιοσ июл июль июля лип
липень липня юли

ago agost agosto agu agustus août aug august augusta augusti augusts augustus augusztus avg avgust ağu ağustos elo elokuu
elokuuta kol kolovoz kolovoza rugp rugpjūtis rugpjūčio sie sierpień sierpnia srpen srpna αυγ αυγούστου αύγ αύγουστοσ авг август
августа серп серпень серпня

eyl eylül rugs rugsėjis rugsėjo ruj rujan rujna sep sept september septembra septembre septembrie septembris septiembre set
setembre setembro settembre syys syyskuu syyskuuta szept szeptember wrz wrzesień września zář září σεπ σεπτέμβριοσ σεπτεμβρίου
вер вересень вересня сент сентябрь сентября сеп септември

eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktober oktobris oktoober október októbra ott ottobre
out outubro paź październik października spal spalio spalis říj říjen října οκτ οκτωβρίου οκτώβριοσ жовт жовтень жовтня окт
октомври октябрь октября

kas kasım lapkr lapkritis lapkričio listopadu marras marraskuu marraskuuta noiembrie nov november novembra novembre novembris
novembro noviembre stu studeni studenoga νοέ νοέμβριοσ νοε νοεμβρίου лист листопад листопада ное ноември нояб ноябрь ноября

ara aralık dec december decembra decembrie decembris des desember desembre dets detsember dez dezember dezembro dic dicembre
diciembre déc décembre gru grudnia grudzień gruod gruodis gruodžio joulu joulukuu joulukuuta pro prosinac prosinca prosince
prosinec δεκ δεκέμβριοσ δεκεμβρίου груд грудень грудня дек декабрь декабря декември
"""
MONTHS = tuple(_NAMES.split("\n\n"))
_NAMED_MONTHS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


def _in_utc(local: datetime, rest: str) -> datetime | None:
    """The instant of a local time with the zone that follows it; None if the zone is unknown or ambiguous."""
    east = _east_of_utc(rest)
    return None if east is None else (local - east).replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def _east_of_utc(rest: str) -> timedelta | None:
    """How far a zone is from UTC."""
    zone = _OCLOCK.sub(" ", _MORNING.sub(" ", _AFTERNOON.sub(" ", rest))).strip(" ,.()[]")
    if not zone:
        minutes = 0
    elif found := _OFFSET.fullmatch(zone):
        minutes = int(found[2]) * _HOUR + int(found[3] or 0)
        if minutes > 14 * _HOUR + 59:
            return None
        minutes = -minutes if found[1] in "-−" else minutes
    else:
        word = zone.split()[0].strip("().").casefold()
        if word not in _ZONES:
            return None
        minutes = _ZONES[word]
    return timedelta(minutes=minutes)


def _believable(found: datetime | None) -> datetime | None:
    """The date, or None if its year is absurd."""
    return found if found and _FIRST_YEAR <= found.year <= _LAST_YEAR else None
