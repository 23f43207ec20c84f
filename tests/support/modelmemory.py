"""What a session with a language model remembers, in dictionaries instead of the store."""

from dataclasses import dataclass, field

from digest.llm.requests import Answer, Failure, Request, Spent


@dataclass(slots=True)
class Notes:
    """A memory in dictionaries."""

    answers: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    before: int = 0

    def recall(self, request: Request) -> str | Failure | None:
        return self.answers.get(request.key) or self.failures.get(request.key)

    def reserve(self, request: Request) -> None:
        self.counted[request.key] = request.ceiling

    def answered(self, request: Request, answer: Answer) -> None:
        self.answers[request.key] = answer.content
        if answer.input is not None and answer.output is not None:
            self.counted[request.key] = answer.input + answer.output

    def release(self, request: Request) -> None:
        self.counted[request.key] = 0

    def failed(self, request: Request, failure: Failure) -> None:
        self.failures[request.key] = failure

    def spent(self) -> Spent:
        return Spent(issue=sum(self.counted.values()), month=self.before + sum(self.counted.values()))
