"""A title and an abstract -> weak labels: how strongly each trend's patterns speak for it. Learns nothing, is not shipped.

Each rule has patterns that decide (`sure`), patterns that only hint (`hint`), and patterns that speak against it. A sure
pattern in the title counts `TITLE` points, in the abstract one; a hint counts a part of that. From `POSITIVE` points on
a text counts as an example of the trend, at zero as a counter-example; between them nothing is learnt from it.
"""

import re
from dataclasses import dataclass

TITLE = 3.0
HINT = 0.4
POSITIVE = 3.0

LLM = re.compile(
    r"\b(?:[a-z]{0,4}llms?|m?[vsd]lms?|lms?|(?:language|multimodal|reasoning|frontier|pre.?trained|foundation|embedding|reward|vision.language|"
    r"audio.language|speech.language|multimodal foundation)[- ]models?|gpt(?:-?\w+)?|chatgpt|claude|gemini|llama\w*|mistral|mixtral|qwen\w*|deepseek\w*|"
    r"gemma|bert|roberta|t5|rag|chain.of.thought|cot|in.context learning|prompt injections?|jailbreak\w*|instruction.tun\w+|"
    r"rlhf|dpo|grpo|rlvr|kv.cache|speculative decoding|agentic|ai agents?|text.to.sql|machine translation|nlp|natural language processing|"
    r"named entity recognition|question.answering|summari[sz]ation|chatbots?|ai assistants?|generative ai|genai|vision.and.language|visual question)\b",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One trend's patterns. `alone` says that the words imply language models, so that no other word must."""

    sure: re.Pattern[str]
    hint: re.Pattern[str]
    against: re.Pattern[str]
    alone: bool = False


def _rule(sure: str, hint: str = "", against: str = "", *, alone: bool = False) -> Rule:
    return Rule(sure=_compile(sure), hint=_compile(hint), against=_compile(against), alone=alone)


def _compile(words: str) -> re.Pattern[str]:
    """A verbose alternation; a space stands for a space or a hyphen, and nothing matches an empty one."""
    alternatives = [re.sub(r"\s+", r"[\\s-]+", part.strip()) for part in words.split("|") if part.strip()]
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b" if alternatives else r"(?!)")


RULES: dict[str, Rule] = {
    "multimodal": _rule(
        sure=r"multimodal large language models?|multi modal large language models?|mllms?|lvlms?|vlms?|vision language models?|vision language action|vlas?|"
        r"visual language models?|large multimodal models?|lmms?|video llms?|video language models?|audio llms?|speech llms?|audio language models?|"
        r"speech language models?|speechlms?|visual question answering|vqa|visual reasoning|visual grounding|image captioning|video understanding|"
        r"video question answering|multimodal reasoning|text to image|text to video|text to speech|tts|visual instruction tuning|spoken language models?|"
        r"omni modal|omnimodal|unified multimodal|multimodal understanding|multimodal agents?|chart understanding|document understanding|"
        r"vision language navigation|vision and language|vision language|multimodal llms?|multimodal models?|cross modal retrieval|multimodal retrieval|"
        r"visual rag|multimodal rag|visual document|multimodal hallucination|object hallucination|automatic speech recognition|asr|speech recognition|"
        r"text to audio|text to music|video captioning|gui grounding|multimodal pretraining|any to any|speech to speech|spoken dialogue|llava|clip",
        hint=r"multimodal|multi modal|image text|images?|visual|videos?|speech|audio|vision|ocr|gui|screenshots?|cross modal|spoken|diffusion transformer",
        against=r"3d reconstruction|gaussian splatting|segmentation of|point clouds?|lidar|mri|multimodal fusion|sensor fusion|multimodal sensor|mesh|radiance field\w*",
    ),
    "open-source": _rule(
        sure=r"open source (?:large )?language models?|open source llms?|open weights?|open weight models?|fully open|openly licensed|"
        r"technical report|open language models?|open foundation models?|we (?:release|open source) (?:the |all |our )?(?:\w+ )?(?:model )?(?:weights|checkpoints)|"
        r"weights are (?:publicly )?(?:released|available)|model weights|release (?:the )?(?:model )?(?:weights|checkpoints)|"
        r"apache 2\.0|model card|open pretraining|open models?|openly available|open llms?|base and instruct|model family|family of (?:open )?(?:\w+ )?(?:language )?models",
        hint=r"open source\w*|open sourc\w+|publicly release\w*|checkpoints|we release|hugging ?face|licen[cs]e|pretrained from scratch|reproducib\w+|transparen\w+",
        against=r"closed source|open source software|open source projects|benchmark",
    ),
    "domain-specific": _rule(
        sure=r"biomedical|medical|medicine|clinical|clinicians?|healthcare|health care|patients?|radiolog\w+|pathology|legal|law|judicial|financ\w+|"
        r"stock|trading|chemistry|chemical|molecul\w+|materials science|proteins?|genomics?|scientific literature|code generation|code llms?|software engineering|program synthesis|program repair|"
        r"vulnerability detection|text to sql|text2sql|nl2sql|sql generation|verilog|rtl|code review|code completion|unit tests?|test generation|remote sensing|earth observation|geospatial|"
        r"autonomous driving|education\w*|tutoring|students|tutors?|telecom\w*|cybersecurity|e commerce|recommender systems?|recommendation|agricultur\w+|drug discovery|mental health|"
        r"dental|surgical|ehr|electronic health records?|pharma\w*|patents?|hardware design|kernel generation|repository level|swe bench|github issues?|"
        r"automotive|manufacturing|aviation|climate|weather|power systems?|construction|scientific discovery|physics|biology|biological|astronomy|"
        r"traditional chinese medicine|nursing|icd|insurance|tax|banking|audit\w*|compliance|smart contracts?|code translation|coding|programming|scientific research|journalism|military|game development|chest x ?ray|x ray|oncology|cancer|psychiatr\w+|counseling|mathematical formalization",
        hint=r"domain specific|domains?|expert knowledge|code|compiler|api|repositor\w+|diagnos\w+|disease|engineering|industr\w+|enterprise|database|domain experts?|scientific|software|reports?",
    ),
    "agents": _rule(
        sure=r"llm agents?|language agents?|ai agents?|agentic|multi agent|autonomous agents?|tool use|tool using|tool calling|function calling|tool learning|"
        r"web agents?|gui agents?|computer use|mobile agents?|coding agents?|agents?|agent memory|agent skills?|mcp|model context protocol|deep research|"
        r"agent harness|embodied agents?|vision language navigation|search agents?|data agents?|agent benchmark|tool augmented|agent safety|agent systems?|"
        r"self evolving agents?|claude code|react agents?|multi agents?|agentic rag|agentic search|agentic workflows?",
        hint=r"planning|planner|tools?|memory|workflows?|orchestrat\w+|environment|long horizon|trajector\w+|role play\w*|simulat\w+|delegation|autonomous|skills?",
        against=r"multi agent reinforcement learning|marl|multi agent path|agent based model\w*|contrast agents?|mechanism design|nash|multi agent pathfinding|principal agent",
    ),
    "small-quantized": _rule(
        sure=r"post training quantization|ptq|quantization aware|qat|weight quantization|weight only|low bit|[1-8] ?bit|w4a4|w4a8|w8a8|w2a16|ternary|binari[sz]\w+|bitnet|"
        r"int4|int8|fp4|fp8|nvfp4|mxfp4|quantized (?:large )?(?:language )?(?:models?|llms?)|llm quantization|quantized|quantization|small language models?|slms?|"
        r"on device|edge devices?|model compression|llm compression|structured pruning|llm pruning|layer pruning|pruning|weight pruning|depth pruning|unstructured|sparsification|"
        r"knowledge distillation|distill\w*|distilling|compact (?:language )?models?|tiny (?:language )?models?|lightweight (?:language )?models?|gguf|gptq|awq|qlora|low rank (?:compression|decomposition|factorization)|smaller models?|sub billion|mobile devices?|delta compression|weight compression|small llms?|small models?|small scale llms?",
        hint=r"compress\w+|precision|bit width|bits|lightweight|compact|parameter efficient|student models?|resource constrained|edge|smartphones?|calibration|outliers?|llama cpp|perplexity|small",
        against=r"kv cache|key value cache|token pruning|visual token\w*|self distillation|on policy distillation|dataset distillation|vector quantization|residual quantization|policy distillation|context distillation|prompt compression|token compression|distribution matching distillation|step distillation|semantic ids?|quantized codes|codebook",
    ),
    "non-transformer": _rule(
        sure=r"state space models?|ssms?|state space|mamba\d?|rwkv\w*|linear attention|linear recurrent|linear rnns?|diffusion language models?|diffusion llms?|dllms?|dlms?|"
        r"diffusion large language models?|masked diffusion|discrete diffusion|diffusion based language|llada\w*|text diffusion|gated delta\w*|deltanet|xlstm|retnet|hyena|recurrent neural networks?|"
        r"recurrent language models?|sub ?quadratic|attention free|block diffusion|masked language diffusion|test time memorization|titans|hybrid architectures?|hybrid models?|selective scan|recurrent architectures?|lstm|rnns?|long convolutions?|kolmogorov arnold|energy based transformers?|flow language models?|continuous diffusion language|non autoregressive",
        hint=r"recurren\w+|linear time|linear complexity|selective|alternatives? to transformers?|beyond transformers?|parallel decoding|denoising|any order|unmasking|delta rule|constant memory|hidden state",
        against=r"image generation|latent diffusion|text to image diffusion|video diffusion|object detection|segmentation|image restoration",
        alone=True,
    ),
    "mixture-of-experts": _rule(
        sure=r"mixture of experts?|moes?|mixture of expert|sparse experts?|expert routing|expert parallelism|expert pruning|expert merging|sparsely activated|"
        r"sparse moe|moe llms?|moe models?|moe based|expert offloading|mixture of lora\w*|expert specialization|mixtral|upcycling|expert selection|routed experts?|moe layers?|moe inference|load balancing loss|expert load|expert activation|fine grained experts?|mixture of \w+ experts",
        hint=r"experts|router|routing|sparse activation|gating|activated parameters|load balanc\w+|conditional computation",
        against=r"product of experts|face recognition|time series",
        alone=True,
    ),
    "reasoning": _rule(
        sure=r"chain of thought|cot|reasoning models?|large reasoning models?|lrms?|mathematical reasoning|math reasoning|math problems?|logical reasoning|llm reasoning|"
        r"multi step reasoning|long cot|step by step|tree of thoughts?|test time scaling|test time compute|inference time scaling|theorem proving|formal proofs?|"
        r"process reward models?|prms?|reasoning|gsm8k|aime|olympiad\w*|r1|o1|o3|causal reasoning|spatial reasoning|reasoning traces?|reasoning chains?|"
        r"thinking|overthinking|latent reasoning|rlvr|verifiable rewards|multi hop|abstract reasoning|arc agi|symbolic|puzzles?|planning problems|self consistency|deliberation|commonsense reasoning|reasoning steps|problem solving|proofs?|lean 4|autoformalization",
        hint=r"reason|inference time|math|logic|deduct\w+|induct\w+|think|verifier|planning|self correction|solve|rl training|process supervision|reflection",
        against=r"clinical reasoning",
    ),
    "efficiency": _rule(
        sure=r"kv cache|key value cache|speculative decoding|draft models?|inference acceleration|efficient inference|inference efficiency|llm serving|serving|flashattention|flash attention|"
        r"sparse attention|efficient attention|attention sparsity|token pruning|token reduction|token compression|visual token\w*|prompt compression|context compression|cache compression|cache eviction|"
        r"throughput|gpu kernels?|prefill\w*|disaggregat\w+|batching|pipeline parallelism|tensor parallelism|distributed training|training efficiency|efficient training|"
        r"memory efficient|energy consumption|energy efficien\w+|carbon|latency|early exit\w*|layer skipping|inference cost|cost efficient|cost effective|model routing|llm routing|cascades?|"
        r"parallel decoding|multi token prediction|efficient fine tuning|parameter efficient|peft|lora|optimizer memory|low rank adaptation|accelerat\w+|speedup|speed up|efficient llm|efficient reasoning|concise reasoning|"
        r"overthinking|reasoning length|token budget|token efficien\w+|long context inference|compute efficient|offloading|hardware accelerat\w+|gpu memory|inference engines?|vllm|efficient long context|token merging|semantic cach\w+|prefix cach\w+|on device inference|inference systems?",
        hint=r"efficien\w+|faster|cost|memory footprint|computational|overhead|flops|fast|gpu|scalable|cheaper|quadratic|budget|redundan\w+",
        against=r"post training quantization|sample efficien\w+|data efficien\w+|gaussian splatting",
    ),
    "bias-ethics": _rule(
        sure=r"gender bias\w*|social bias\w*|political bias\w*|cultural bias\w*|racial|demographic bias\w*|stereotyp\w+|fairness|unfair\w*|debias\w*|toxicity|toxic|hate speech|ethic\w*|moral\w*|"
        r"discriminat(?:ion|ory)|societal|social harms?|harmful content|misinformation|disinformation|responsible ai|ai governance|regulation|value alignment|cultural values|human values|"
        r"biases|demographic|gender|racis\w+|sexis\w+|marginali[sz]ed|privacy|copyright|political|persuasi\w+|manipulat\w+|ideolog\w+|inclusiv\w+|accountab\w+|trustworth\w+|dehumani\w+|sycophan\w+|ai safety|societ\w+|equity|equitable|bias",
        hint=r"bias(?:ed)?|harms?|values|culture|cultural|identity|religio\w+|minorit\w+|governance|policy|risks?|trust|reliance|dialects?|offensive|deception|safety",
        against=r"inductive bias|position(?:al)? bias|length bias|exposure bias|bias variance|selection bias|estimation bias|debiased estimat\w+|judge bias|modality bias|spectral bias|importance sampling",
    ),
    "controllability": _rule(
        sure=r"controllable (?:text )?generation|controllable|controllability|steer\w*|activation steering|steering vectors?|controlled (?:text )?generation|constrained decoding|constrained generation|structured outputs?|"
        r"instruction following|persona steering|style control|attribute control|length control|controlled decoding|guided decoding|style transfer|fine grained control|behavior control|"
        r"format constraints?|constraint following|grammar constrained|representation engineering|activation engineering|inference time intervention|decoding time control|personality control|system prompts?|structured generation|json schema|ifeval|concept vectors?|prompt adherence|persona vectors?|character training",
        hint=r"control|constraints?|guidance|personas?|personality|styles?|intervention|attributes?|plug and play|adher\w+",
        against=r"robot control|optimal control|model predictive control|controller|video generation|image generation|vehicle|congestion control|quadruped|motion",
    ),
    "personalization": _rule(
        sure=r"personali[sz]\w+|user preferences?|user profiles?|user modeling|user embeddings?|lamp|personal assistants?|individual preferences?|user specific|user adaptation|"
        r"user simulat\w+|federated (?:fine tuning|instruction tuning|llms?|learning of|large language)|federated|lifelong user|user memory|user history|user histories|personal agents?|long term conversation\w*|user behavio\w+|preference elicitation|user centric|pluralistic alignment|companions?|role playing",
        hint=r"users?|profiles?|personas?|preferences?|memory|history|individual|adaptive|recommendation|long term memory|clients|companion",
        against=r"personalized medicine|personalized image|personalized treatment|byzantine",
    ),
    "robustness": _rule(
        sure=r"jailbreak\w*|prompt injections?|adversarial attacks?|adversarial prompts?|adversarial examples?|adversarial training|adversarial robustness|robustness|red team\w*|backdoors?|poisoning|"
        r"attack success|safety alignment|guardrails?|guard models?|defen[cs]es?|attacks?|adversarial|robust to|perturbations?|noisy inputs?|distribution shifts?|out of distribution|ood|safety training|refusal|"
        r"malicious|harmful (?:requests?|queries|prompts|instructions)|safeguards?|prompt extraction|watermark\w*|membership inference|vulnerabilit\w+|safety|security|threat models?|trojans?|unsafe|exploits?|privacy leakage|data extraction|model stealing|extraction attacks?|prompt sensitivity|typos|paraphras\w+|llm generated text detection|machine generated text|"
        r"adversaries|hijack\w*",
        hint=r"robust|vulnerab\w+|safe|harmful|noise|noisy|threats?|resilien\w+|malicious|sensitiv\w+|brittle\w*|fragil\w+|consistency|reliab\w+|stress test\w*|corrupt\w+",
        against=r"software vulnerabilit\w+|vulnerability detection|robust optimization|malware|network intrusion",
    ),
    "training-paradigms": _rule(
        sure=r"rlhf|dpo|direct preference optimi[sz]ation|preference optimi[sz]ation|reward models?|reward modeling|grpo|ppo|policy optimi[sz]ation|reinforcement learning from|reinforcement fine tuning|rlvr|rlaif|"
        r"pre ?training|mid training|continual (?:pre ?training|learning)|post training|instruction tuning|instruction fine tuning|supervised fine tuning|sft|fine tuning|finetuning|alignment|"
        r"preference learning|preference data|scaling laws?|data mixture|data mixing|data curation|data selection|curriculum|catastrophic forgetting|unlearning|model merging|"
        r"on policy distillation|self distillation|reward hacking|constitutional ai|optimizers?|muon|learning rate|weak to strong|self rewarding|self play|knowledge editing|model editing|synthetic data|"
        r"llm training|training data|training dynamics|reinforcement learning|rl training|verifiable rewards|on policy|off policy|credit assignment|reward shaping|rewards?|tokenizers?|lora|federated fine tuning|pretraining data|human feedback|preference alignment|self improvement|distillation",
        hint=r"preferences?|training|rl|rewards?|optimization|fine tun\w+|trained|gradient|policy|loss|objective|data quality|forgetting|align\w*",
        against=r"training free|without training|alignment of (?:images|entities)|temporal alignment|entity alignment|sequence alignment|speech alignment",
    ),
    "interpretability": _rule(
        sure=r"interpretab\w+|explainab\w+|mechanistic|sparse autoencoders?|saes?|attention heads?|circuits?|circuit discovery|probing|probes?|linear probes?|feature attribution|attributions?|saliency|"
        r"activation patching|causal tracing|induction heads?|residual stream|internal representations?|superposition|monosemantic\w*|logit lens|representation geometry|transcoders?|"
        r"knowledge neurons?|neurons?|internal mechanisms?|internal states?|inner workings|hidden states?|explanations?|faithfulness of|xai|concept directions?|latent representations?|what .{1,30} learn|emergent representations?|cot faithfulness|crosscoders?|introspection|world models? in|representational|linear representations?|attention sinks?|layer wise|shapley",
        hint=r"layers?|mechanisms?|internals?|representations?|understand\w*|activation|geometry|encode|causal|transparen\w+|analysis|attention patterns?|subspace|features",
        against=r"interpretable features for|physics informed|explainable recommendation",
    ),
    "quantum-inspired": _rule(
        sure=r"quantum|qubits?|qnlp|tensor networks?|matrix product|variational circuits?|quantum inspired|discocat|hilbert|quantum annealing|parameterized quantum|quantum machine learning|hybrid quantum classical",
        hint=r"entangle\w+|superposition|density matri\w+|tensor decomposition|hamiltonian|lambeq|compositional",
        against=r"quantum chemistry|post quantum|quantum code|qiskit|quantum software|quantum error correction|quantum channel|quantum key",
    ),
    "domain-adaptation": _rule(
        sure=r"domain adaptation|domain adaptive|domain adapt\w+|domain shifts?|domain generali[sz]ation|cross domain|transfer learning|few shot (?:learning|classification|adaptation|text)|out of domain|"
        r"domain transfer|test time adaptation|unsupervised domain|domain specific adaptation|cross dataset|source domain|target domain|continued pre ?training|adaptive pre ?training|domain specialization|task adaptation|zero shot transfer|domain invariant|transferab\w+|few shot|model adaptation|adapting",
        hint=r"domains?|adapt\w*|transfer\w*|generali[sz]\w+|unseen|zero shot|low data|limited data|in domain|target|adapters?",
        against=r"semantic segmentation|object detection|lidar|point clouds?|person re identification|eeg|fault diagnosis|few shot prompting|sim to real|image classification|medical image",
    ),
    "low-resource": _rule(
        sure=r"low resource languages?|low resource|under ?resourced|underrepresented languages?|under represented languages?|multilingual|cross lingual|crosslingual|indic|african languages?|swahili|yoruba|hausa|amharic|"
        r"urdu|bengali|bangla|hindi|tamil|telugu|marathi|nepali|sinhala|vietnamese|indonesian|thai|arabic|persian|turkish|kazakh|uzbek|kurdish|tibetan|mongolian|khmer|lao|burmese|filipino|tagalog|malay|"
        r"indigenous|endangered|minority languages?|dialects?|dialectal|code switch\w*|code mix\w*|basque|catalan|galician|irish|welsh|icelandic|estonian|latvian|lithuanian|ukrainian|greek|hebrew|georgian|armenian|"
        r"quechua|nahuatl|maori|massively multilingual|many languages|european languages?|southeast asian|global south|language transfer|multilinguality|non english|polish|romanian|hungarian|czech|slovak|korean|portuguese|cantonese|sanskrit|latin|zulu|xhosa|afrikaans|igbo|twi|wolof|somali|"
        r"cross lingual transfer|multilingual llms?|language coverage|\d+ languages|language specific|mother tongue",
        hint=r"languages|translation|native|scripts?|tokeni[sz]\w+|linguistic\w*|english|culture|cultural|dialect|transliterat\w+|morpholog\w+|corpora|localized",
        against=r"programming languages|low resource settings|low resource hardware|low resource scenarios|sign language",
    ),
    "multitask": _rule(
        sure=r"multi task learning|multi task|multitask|multiple tasks|task interference|joint learning|jointly learn\w*|task relatedness|auxiliary tasks?|shared representations?|task grouping|negative transfer|mtl|"
        r"sentiment analysis|sentiment classification|named entity recognition|ner|joint extraction|relation extraction|aspect based|text classification|unified model for|shared encoder|multi task fine tuning|multi objective|joint entity|joint training|task conflicts?|gradient conflicts?|multi task instruction|task vectors?|multi task prompt\w*|intent detection|slot filling|event extraction|emotion recognition|token classification",
        hint=r"tasks|jointly|shared|unified|simultaneous\w*|entity|sentiment|question answering|auxiliary|information extraction|classification",
    ),
}


def llm_points(title: str, summary: str) -> float:
    """How strongly a text, in lower case, seems to be about language models: words in the title count three times."""
    return TITLE * len(LLM.findall(title)) + len(LLM.findall(summary))


def points(rule: Rule, title: str, summary: str) -> float:
    """How strongly one trend's patterns speak for a text in lower case."""
    sure = TITLE * _distinct(rule.sure, title) + _distinct(rule.sure, summary)
    hint = HINT * (TITLE * _distinct(rule.hint, title) + _distinct(rule.hint, summary))
    against = TITLE * _distinct(rule.against, title) + 2.0 * _distinct(rule.against, summary)
    return max(0.0, sure + min(hint, 2.0) - against)


def _distinct(pattern: re.Pattern[str], words: str) -> int:
    return len(set(pattern.findall(words)))
