"""The makers of model families, and a search for family names in a text."""

import re

# Family names as in titles, in lower case. A name that is also an everyday word counts only with a version.
MAKERS = {
    "gpt": "OpenAI", "gpt-oss": "OpenAI", "chatgpt": "OpenAI", "codex": "OpenAI", "sora": "OpenAI", "whisper": "OpenAI",
    "claude": "Anthropic", "opus": "Anthropic", "sonnet": "Anthropic", "haiku": "Anthropic",
    "gemini": "Google", "gemma": "Google", "t5gemma": "Google", "medgemma": "Google", "diffusiongemma": "Google", "veo": "Google",
    "lyria": "Google", "imagen": "Google", "genie": "Google", "nano banana": "Google", "alphaevolve": "Google", "weathernext": "Google",
    "llama": "Meta", "v-jepa": "Meta", "dinov3": "Meta", "segment anything": "Meta", "muse spark": "Meta", "sam": "Meta",
    "qwen": "Qwen", "codeqwen": "Qwen", "qwq": "Qwen", "qvq": "Qwen",
    "deepseek": "DeepSeek",
    "mistral": "Mistral AI", "ministral": "Mistral AI", "mixtral": "Mistral AI", "codestral": "Mistral AI", "devstral": "Mistral AI",
    "magistral": "Mistral AI", "voxtral": "Mistral AI", "pixtral": "Mistral AI", "leanstral": "Mistral AI", "mathstral": "Mistral AI",
    "shieldstral": "Mistral AI", "robostral": "Mistral AI", "ministraux": "Mistral AI",
    "grok": "xAI", "imagine image": "xAI", "imagine video": "xAI",
    "kimi": "Moonshot AI",
    "glm": "Z.ai", "autoglm": "Z.ai", "chatglm": "Z.ai", "cogvideox": "Z.ai",
    "minimax": "MiniMax", "hailuo": "MiniMax",
    "seed": "ByteDance", "seedance": "ByteDance", "seedream": "ByteDance", "doubao": "ByteDance",
    "phi": "Microsoft", "bitnet": "Microsoft",
    "olmo": "Ai2", "molmo": "Ai2", "molmoact": "Ai2", "molmomotion": "Ai2", "tulu": "Ai2", "tülu": "Ai2", "olmoearth": "Ai2",
    "nemotron": "NVIDIA", "cosmos": "NVIDIA",
    "command a": "Cohere", "command r": "Cohere", "aya": "Cohere", "rerank": "Cohere", "embed": "Cohere",
    "granite": "IBM", "nova": "Amazon", "hunyuan": "Tencent", "ernie": "Baidu", "longcat": "Meituan", "mimo": "Xiaomi", "exaone": "LG AI Research",
    "falcon": "TII", "jamba": "AI21 Labs", "internlm": "Shanghai AI Laboratory", "internvl": "Shanghai AI Laboratory", "yi": "01.AI",
    "lfm": "Liquid AI", "smollm": "Hugging Face", "starcoder": "BigCode", "stablelm": "Stability AI", "flux": "Black Forest Labs",
    "composer": "Cursor", "ling": "Ant Group", "ring": "Ant Group", "step": "StepFun", "mellum": "JetBrains", "zamba": "Zyphra",
}  # fmt: skip
_EVERYDAY = {
    "aya", "codex", "composer", "cosmos", "embed", "falcon", "flux", "genie", "granite", "imagen", "nova", "opus", "phi",
    "rerank", "ring", "ling", "sam", "seed", "step", "sonnet", "haiku", "whisper", "yi", "segment anything",
}  # fmt: skip
VERSION = r"(?!(?:19|20)\d\d\b)[vV]?\d{1,4}(?:\.\d{1,3}){0,2}(?:[a-zA-Z]{1,2}\b)?"
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(MAKERS, key=len, reverse=True))
_FAMILY = re.compile(rf"(?<![\w.])({_NAMES})(?!\sAI\b)(?:[\s-]?{VERSION}|(?=[\W_]|$))", re.IGNORECASE)
_VERSIONED = re.compile(rf"[\s-]?{VERSION}")


def family(text: str) -> str:
    """The first family name in a text, as a key of `MAKERS`; or the empty string."""
    for found in _FAMILY.finditer(text):
        name = " ".join(found[1].lower().split())
        if name not in _EVERYDAY or (found[1][0].isupper() and _VERSIONED.search(found[0][len(found[1]) :])):
            return name
    return ""


def maker(text: str) -> str:
    """The maker of the first family named in a text."""
    return MAKERS.get(family(text), "")
