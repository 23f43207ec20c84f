"""An export gives items the labels that their issue gave them."""

import json
import shutil
from pathlib import Path

from support.running import Run


def test_an_export_classifies_items_with_their_kind_and_feed_as_the_issue_did(
    sample: Path, run: Run, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    (path,) = place.glob("archive/*/issue.json")
    issue = json.loads(path.read_text())
    shown = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])]
    labels = {item["id"]: [label["id"] for label in item["trends"]] for item in shown}
    told: dict[str, list[list[str]]] = {}
    for line in run("-C", place, "export").out.splitlines():
        record = json.loads(line)
        if record["fate"] is None:
            told.setdefault(record["item"], []).append(record["trends"])
    alone = {id_: trends[0] for id_, trends in told.items() if len(trends) == 1 and id_ in labels}
    assert len(alone) > 20
    assert {id_: trends for id_, trends in alone.items() if trends != labels[id_]} == {}
