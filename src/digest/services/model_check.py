"""Check the configured language model with one request, and estimate what an issue takes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.config import ModelSettings, ModelTask
from digest.errors import NotFoundError
from digest.llm.client import TOKENS, Client
from digest.llm.requests import Answer, Failure, Request, cost
from digest.llm.session import MALFORMED
from digest.llm.tasks import Subject, data_of, parsed
from digest.llm.tasks.prose import RESULT
from digest.render.engine import Engine
from digest.services.context import Program
from digest.services.model import SHARE, client
from digest.storage.files import resources

PARTS_OF_TOKEN = 4  # bytes of English that make a token, on average


@dataclass(frozen=True, slots=True)
class Usual:
    """What an issue of ten minutes asks of a task: requests, and the tokens of the text and of the answer of one."""

    number: int
    text: int
    answer: int


ABSTRACT = 370  # tokens with what JSON adds; as long as most
USUAL: Mapping[ModelTask, Usual] = {
    "lead": Usual(1, ABSTRACT, 120),
    "results": Usual(4, ABSTRACT, 120),
    "summaries": Usual(22, ABSTRACT, 120),
    "titles": Usual(4, ABSTRACT, 50),
    "stances": Usual(8, ABSTRACT, 20),
    "labels": Usual(40, 2_700, 600),  # batches, of a week with a thousand items; the purse has room for fewer
    "translation": Usual(40, 150, 250),  # into one language
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a check of the model found. `trouble` is empty if the model can be used as it is configured."""

    server: str
    model: str
    context: int | None
    structured: bool | None  # whether answers keep a form; None if there was no answer
    trouble: str
    tokens_in: int  # of an issue, estimated
    tokens_out: int
    price: float
    spent: int  # tokens in this month

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def check(program: Program) -> Checked:
    """Send one request, and estimate what an issue takes.

    Raises:
        NotFoundError: no model is configured.
        UsageError: `openai` is not installed, or the key is not where the configuration says.
    """
    settings = program.config.model
    if settings is None:
        raise NotFoundError("model", "none is configured", "add a section `model:` to feeds.yaml")
    server = client(program.workspace.root, settings)
    templates = resources.template_texts(program.workspace)
    subject = Subject(id="check", title="A check", sentences=("The model was asked for one sentence.",))
    request = Request(
        task=RESULT.name,
        model=settings.name,
        system=Engine(templates).render(f"prompts/{RESULT.name}.txt.j2", refused=()),
        data=data_of(subject),
        schema=RESULT.schema,
        most=RESULT.most,
    )
    (reply,) = server.ask([request], seconds=settings.timeout.total_seconds())
    structured = _structured(reply)
    tokens = estimate(settings, templates)
    return Checked(
        server=settings.base_url,
        model=settings.name,
        context=_context(server, settings.name),
        structured=structured,
        trouble=reply.reason if isinstance(reply, Failure) else "" if structured else MALFORMED,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        price=cost(settings, *tokens),
        spent=sum(program.store.model_answers.spent_in(program.now)),
    )


def estimate(settings: ModelSettings, templates: Mapping[str, str]) -> tuple[int, int]:
    """The tokens, in and out, that an issue of ten minutes takes with abstracts of the usual length."""
    engine = Engine(templates)
    tokens_in = tokens_out = 0
    for task in dict.fromkeys(settings.tasks):
        prompt = len(engine.render(f"prompts/{task}.txt.j2", refused=())) // PARTS_OF_TOKEN
        usual = USUAL[task]
        number = usual.number * (len(settings.languages) if task == "translation" else 1)
        if task == "labels":
            number = min(number, settings.purse.per_issue // SHARE // (prompt + usual.text + usual.answer))
        tokens_in += number * (prompt + usual.text)
        tokens_out += number * usual.answer
    return tokens_in, tokens_out


def _structured(reply: Answer | Failure) -> bool | None:
    if isinstance(reply, Failure):
        return None
    try:
        RESULT.read(parsed(reply.content))
    except (ValueError, RecursionError):
        return False
    return True


def _context(server: Client, name: str) -> int | None:
    """The tokens that the model reads at most, if the server tells; servers have different names for it."""
    for model in server.models():
        if model.get("id") == name:
            meta = model.get("meta")
            told = {**model, **(meta if isinstance(meta, dict) else {})}
            names = (
                "max_model_len",
                "loaded_context_length",
                "context_length",
                "max_context_length",
                "n_ctx",
                "n_ctx_train",
            )
            return next((value for key in names if _is_size(value := told.get(key))), None)
    return None


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < TOKENS
