"""Reduce a word to its root, so that `intractable` and `intractability` count as related."""

import re
from functools import lru_cache

# Endings by which one word is made of another, longest first.
_ENDINGS = (
    "ship arly hood ine iest est ationally ational ations ation ating ated ates ate ative atively ator ators atory iveness ively ivity ive ives ability "
    "abilities ibility able ably ible ibly ances ance ences ence ancy ency encies ants ant ents ent ently antly ments ment "
    "ness nesses ities ity ically ical ics ic ally als al ously ousness ous ions ion ized izes izing ize izer izers ization "
    "izations ism ists ist ings ing ied ies ier iest edly ed ers er ors or ures ure ful fully less ly es s ens ened ening en "
    "th e y i"
)
_DERIVED = sorted(_ENDINGS.split(), key=len, reverse=True)
_IRREGULAR = {
    form: base
    for base, forms in {
        "long": "length lengths lengthen", "strong": "strength strengths strengthen", "deep": "depth depths deepen",
        "high": "height", "lose": "lost loss losses", "grow": "grew grown growth", "take": "took taken", "know": "knew known knowledge",
        "keep": "kept", "hold": "held", "get": "got gotten", "go": "went gone goes", "make": "made", "give": "gave given", "run": "ran",
        "see": "saw seen sight", "show": "shown", "choose": "chose chosen choice choices", "write": "wrote written", "draw": "drew drawn",
        "say": "said", "tell": "told", "find": "found", "build": "built", "leave": "left", "lead": "led", "meet": "met", "mean": "meant",
        "send": "sent", "spend": "spent", "stand": "stood", "teach": "taught", "think": "thought", "understand": "understood", "bring": "brought",
        "catch": "caught", "feel": "felt", "fall": "fell fallen", "rise": "rose risen", "begin": "began begun", "become": "became", "come": "came",
        "do": "did done", "feed": "fed", "hide": "hid hidden", "pay": "paid", "seek": "sought", "speak": "spoke spoken speech", "throw": "threw thrown",
        "child": "children", "person": "people persons", "analyz": "analysis analyses analytic analytical analyze analyse analyzed analyzing analyst",
        "hypothesi": "hypothesis hypotheses", "criteri": "criterion criteria", "phenomen": "phenomenon phenomena", "bind": "bound",
        "reduc": "reduction reductions", "produc": "production productions product products", "assum": "assumption assumptions",
        "describ": "description descriptions", "retriev": "retrieval", "perceiv": "perception perceptions perceptual", "explain": "explanation explanations explanatory",
        "compar": "comparison comparisons", "decid": "decision decisions", "divid": "division divisions", "extend": "extension extensions extent",
        "expand": "expansion expansions", "conclud": "conclusion conclusions", "includ": "inclusion", "exclud": "exclusion", "suppres": "suppression",
        "appli": "application applications apply applies applied", "simpl": "simplify simplifies simplified simplicity simply simple",
        "vari": "variation variations variety vary varies varied various", "prov": "proof proofs", "solv": "solution solutions", "clos": "closure",
        "use": "using used uses user users usage", "safe": "safety safer safest", "rare": "rarity rarer rarest", "wide": "wider widest widen width breadth", "fine": "finer finest", "pure": "purity purer purest", "train": "pretrain pretrained pretraining pre-trained pre-training retrain retraining", "famil": "family families familiar", "axis": "axes", "index": "indices indexes", "matrix": "matrices", "vertex": "vertices", "try": "tries tried trying", "respond": "response responses", "choos": "selection", "believ": "belief beliefs", "succeed": "success successes successful successfully",
        "fail": "failure failures", "differ": "difference differences different differently", "capabl": "capability capabilities capable", "abstain": "abstention abstentions", "intend": "intention intent intended", "compet": "competition competitor competitive",
        "detect": "detection", "recogni": "recognition", "optim": "optimize optimization optimal optimum optimizer", "maxim": "maximize maximum maximal", "minim": "minimize minimum minimal",
        # roots that differ from that of the verb
        "compo": "composit", "decompo": "decomposit", "acquir": "acquisit", "resolv": "resolut", "evolv": "evolut", "transmit": "transmiss",
        "prescrib": "prescript", "transcrib": "transcript", "satisf": "satisfact", "retain": "retent", "maintain": "maint", "destro": "destruct",
        "persuad": "persua", "defend": "defen", "suppress": "suppr", "deduc": "deduct", "induc": "induct", "introduc": "introduct",
        "permit": "permiss", "fus": "fusion", "tun": "tuning tuned", "intrud": "intru", "accur": "accurac", "reli": "rely", "surviv": "surv",
    }.items()
    for form in forms.split()
}  # fmt: skip
_LEAST_ROOT = 4  # letters of a root from which an ending of some length was cut
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The root of a word, roughly: `intractability` and `intractable` are both `intract`."""
    low = word.casefold().removesuffix("'s").replace("isation", "ization").replace("yse", "yze")
    low = re.sub(r"(?<=[a-z]{3})is(?=(?:e|ed|es|ing)$)", "iz", low)
    low = re.sub(r"ply$", "pli", low)
    low = re.sub(r"(?<=[a-z]{2})our", "or", low)
    low = _IRREGULAR.get(low, low)
    for _ in range(3):
        ending = next((one for one in _DERIVED if low.endswith(one) and len(low) - len(one) >= _LEAST_ROOT), "")
        if not ending and len(low) > _SHORTEST and low[-1] in "se" and low[-2:] != "ss":
            ending = low[-1]
        if not ending or (ending == "s" and low.endswith("ss")):
            break
        low = low[: -len(ending)]
        low = _IRREGULAR.get(low, low)
    if len(low) > _LEAST_ROOT and low[-1] == low[-2] and low[-1] != "s":
        low = low[:-1]
    return low
