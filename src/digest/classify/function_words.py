"""Words of grammar in a few languages, which say nothing of a text's subject however rare they are in an archive."""

import re

_CONTRACTED = re.compile(r"[a-z]{2,6}n['’]t|[a-z]{1,6}['’](?:d|ll|m|re|ve)")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)['’]")
_WORDS = (
    # English, beside the words that the trained model knows to be silent
    "afterwards almost alone along altogether always amongst anybody anyhow anyone anything anyway anywhere apart aside away back became"
    " becoming beforehand beneath beyond did didnt doesnt dont elsewhere enough everybody everyone everything everywhere except formerly"
    " hardly hereafter hereby herein hers herself himself ie eg indeed instead latter maybe meanwhile merely mine mostly myself nevertheless"
    " nobody none nonetheless noone nothing nowhere otherwise ourselves please quite rather re really regardless seem seemed seeming seems"
    " somebody somehow someone something sometime somewhat somewhere soon themselves thereafter therein thereupon thru till unlike upon"
    " us usually versus whatever whenever whereafter whereby wherein whereupon wherever whichever whither yours"
    " yourself yourselves"
    # German, and the languages below, without the short ones that are abbreviations of the field as well (es, al, da, em)
    " aber als am an auch auf aus bei beim das dass dem den der des die doch durch ein eine einem einen einer eines er für hat im in ist"
    " kann man nach nicht noch nur oder sein sich sie sind so über um und uns unser unsere vom von vor was wenn werden wie wir wird"
    " zu zum zur"
    # French
    " au aussi aux avec ces cette comme comment dans de des du elle en entre est et être ils je la le les leur leurs mais même ne nos"
    " notre nous on ou où par pas plus pour que qui sans se ses son sont sur tout très un une vers vos votre vous"
    # Spanish, Italian and Portuguese
    " com como con cuando dal das del della delle desde di do donde e el ella entre esta este gli ha hacia hasta las le lo"
    " los más mas na não nel nella no nos nostra nuestra nuestro o para pela pelo per perché pero por porque quando que qué se sem senza"
    " si sin sobre sono su sua suas sus tra un una uno y"
    # Korean
    " 가장 같은 것 것은 것을 것이 곧 그 그것 그래서 그러나 그런 그리고 까지 나 내 너무 다 다른 다시 대한 대해 더 더욱 등 따라 때 또 또는 또한 로 를 만 많은 매우"
    " 모든 무엇 및 바로 보다 부터 뿐 새로운 속 수 아닌 아주 안 앞으로 어떤 어떻게 없는 없다 여러 오늘 왜 우리 위한 위해 으로 은 을 의 이 이런 이번 이제 있는 있다 있습니다"
    " 있어 있었다 자 잘 저 제 좀 중 지금 통한 통해 하는 하다 하지만 한 할 함께 합니다 해 했다 했습니다 후"
    # Japanese and Chinese stand without spaces; these stand alone between names
    " ある いる から こと この これ さ し する そして その た だ て で です と という な に の は へ ます まで も や より を が"
    " 的 了 在 是 和 与 與 及 或 将 從 从 对 對 为 為 被 把 这 這 那 我们 我們 你 他 她 它 有 不 也 都 就 还 還 而 但 等"
)
FUNCTION_WORDS = frozenset(_WORDS.split())


def is_function_word(word: str) -> bool:
    """Whether a word in lower case is one of grammar, or a contraction such as `doesn't` or `n'est`."""
    return _ELIDED.sub("", word) in FUNCTION_WORDS or _CONTRACTED.fullmatch(word) is not None
