"""The words of general prose, which a free paraphrase brings along, and the words that are always a statement of their own.

A word that is in neither list and that the sources do not have is taken for an invention: it names something that they do not mention.
"""

from digest.grounding.everyday import EVERYDAY
from digest.grounding.roots import root

# Deeds, thoughts and happenings of any field.
_VERBS = (
    "accompany accord account ace acquire act adapt add address adjust adopt affect agree allow alter amass amount analyse anchor "
    "answer appeal appear apply approach argue arise arrange arrive ask assemble assess assign assume attach attempt attend avoid award "
    "back balance base bear become begin behave believe belong bend blend boast boil borrow bother bound break bring broaden brush "
    "build bundle calculate call capture care carry catch cater centre change characterise chart chase check choose claim clarify clash "
    "climb cling close coax collect combine come command comment compensate complete compose comprise concentrate concern conclude "
    "conduct confirm connect consider consist constitute construct consult contain continue contribute convert cooperate cope "
    "correspond count cover crack craft cram credit cross crowd crumble curb deal decide decouple dedicate define delegate deliver "
    "demand demonstrate deny depart depend derive describe deserve design determine devise differ differentiate dig direct discard "
    "disclose discourage discover discuss disentangle disrupt distinguish distribute divide document dodge draft drag draw drift drive "
    "drown dwell earn ease echo elicit embrace emerge employ enable encounter encourage end endow engage enlarge ensure entail enter "
    "equal equip err escape establish estimate evade evolve examine exceed exchange exclude exhibit exist expand expect experience "
    "explain exploit explore expose express extend extract face facilitate fall fare fashion feed feel fetch fill filter find finish "
    "fit flag flip flood focus follow force forget form formulate foster fuse gain garner gather gauge get give glean gloss glue go "
    "govern grant grasp group grow guard guide handle happen harness head heed help hide highlight hinder hinge hit hold hone hunt "
    "identify ignore illustrate imagine impede imply impose include incorporate induce infer inflate inform inherit inject insert "
    "inspect inspire integrate intend interact interpret intervene introduce invert invoke involve isolate iterate join judge jump keep "
    "know lack lag lay lead leak lean learn leave lend let leverage lie lift like linger link listen live locate lock log look loosen "
    "lose lure maintain manage mark match matter mean measure meet mention merge mimic mind mirror mislead miss mistake mix modify "
    "monitor motivate mould move multiply name narrow navigate neglect note notice nudge nurture observe occur offer omit operate "
    "oppose organise orient originate outdo outline outweigh overcome overhaul overlap overlook own pack paint pair pass pause pay peak "
    "peek peel penalise perceive perform permit persist pick pin pinpoint pit place play plug plunge point polish poll pool populate "
    "pose possess pour prefer prepare present preserve prioritise proceed process produce profit progress promise prompt prop pull pump "
    "pursue push put quantify raise ramp range reach react read realise reap rearrange rebuild recast receive recognise recommend "
    "reconsider reconstruct record recover refer refine reflect reframe regard relate relax relocate rely remain remember remove render "
    "reorganise repeat rephrase replay report represent reproduce require rescue reserve reshape reside resist resolve resort rest "
    "restrict retain retell rethink retrace return reuse reveal revise revisit rewrite rise rival roll root round run sacrifice satisfy "
    "save say scan scatter score scrap scrutinise seal see seek seem select send separate serve set settle shape share sharpen shed "
    "shield shift shorten show shrink shuffle simplify sit sketch skew skip slash slide slip smooth soak soften solidify sort spawn "
    "speak specialise specify spend split spoil spot spread squeeze stabilise stack stall stand start state stay steer stem step stick "
    "stitch stop strengthen strike strip structure struggle study subject submit substitute subsume subtract succumb suffer suggest "
    "suit summarise supersede supply support suppose surface surge surround survey suspend sustain swamp swap sweep swing switch tackle "
    "tag tailor take tame target tease tell tend term thin think throw tie tighten tolerate topple toss touch toughen trace track trade "
    "transfer transform trap travel treat trigger trim trip trust try tune turn twist uncover undergo underlie underscore understand "
    "undertake undo unfold unify unite unpack unravel update utilise value vary vet view violate visit wait walk wane want warn warp "
    "waste watch weave weed weigh widen wipe wire wish withhold witness work worry wrap wrestle write yield zoom"
)
_NOUNS = (
    "ability absence access accident account act action addition adoption advance advantage advice aftermath agreement aid aim air "
    "alternative ambiguity amount angle answer appearance appetite application area argument arrangement array aspect assessment asset "
    "assumption attempt attribute audience availability average awareness backbone background balance bar barrier base basis batch "
    "bearing beginning behaviour being belief benefit bit block body bottleneck bottom bound boundary branch bridge bunch burden "
    "byproduct candidate capability capacity care case category caution caveat ceiling centre chain challenge chance change character "
    "characteristic check checklist choice circumstance claim class clue clutter collapse collection combination comparison component "
    "composition compromise concept concern conclusion condition confidence configuration conflict connection consequence consideration "
    "consistency constraint content context contrast contribution contributor control core corner cornerstone correspondence "
    "counterpart couple course crisis criterion critic criticism crutch cue culprit culture current cushion cut cutoff cycle damage "
    "danger deadline deal debt decision deed deficit definition degree delay demand dependence depth description design desire detail "
    "deviation device diagnosis difference difficulty dilemma dimension direction disadvantage discovery discrepancy discussion "
    "disparity distance distinction distribution diversity division domain dose doubt drawback driver drop duration ease edge effect "
    "effectiveness efficacy effort element emphasis end entity environment equivalent era event evidence evolution exception exchange "
    "execution exercise existence expectation experience explanation exposure expression extent extreme eye face facet fact factor "
    "failing fairness fallback family fashion fault favour feature feedback field figure first fit flaw floor flow focus fold foothold "
    "footing footprint force form format foundation fraction fragment frame friction front fuel function future gap gist glance glimpse "
    "goal grade grain grip ground group guess guesswork guidance guideline gulf habit half hallmark hand handful harm hazard head "
    "headroom heart height help hint history hold hole hope hub hundred hurdle hybrid idea identity illusion impact implication "
    "importance impression inability incentive incident indication individual influence information ingredient inside insight instance "
    "intent intention interaction interest interplay interpretation interval intervention issue item job judgement junction "
    "justification key kind knob knowledge lack lapse last layout leap leg length lens lesson level library life light limit limitation "
    "line link list literature load location logic look loop lot luck machinery majority maker manner margin mark mass match material "
    "matter maze meaning means measure mechanism medium member mention menu mess middle mind minority mismatch mistake mix mixture mode "
    "moment motive move movement mystery name nature necessity need neighbour niche norm note notion nuance nuisance object objective "
    "observation obstacle occasion occurrence odds offer operation opinion opponent opportunity option order organisation origin "
    "outcome outlier outline outset outside overhead overlap oversight overview owner pace package pair paradigm part participant "
    "particular partner party past path patience pattern payoff peak peer penalty percentage period permission person perspective phase "
    "phenomenon picture piece pipeline pit pitfall place plan plateau platform play plot pocket point pool portion portrait position "
    "possibility power practice practitioner precaution precedent predecessor preference premise preparation prerequisite presence "
    "present pressure prevalence price principle procedure process product production profile progress project promise property "
    "proportion proposal prospect proxy purpose pursuit puzzle quality quantity quarter quest question quirk quota race range rate "
    "ratio reach reaction reading reality realm reason recipe record recovery reduction redundancy reference reflection regime region "
    "relation relationship reliance remainder remedy reminder repertoire repetition reply report representation request requirement "
    "resilience resource respect response responsibility rest restriction return reversal ripple rise risk role room root roster "
    "rounding route routine rule safeguard sanity saving scaffold scale scarcity scenario scene scheme scope scrutiny second "
    "section selection sense sequence series session setback shape share shell shift shortage shortcoming shortcut shot side sight sign "
    "significance silence silo similarity situation size skeleton skill slack slice slope slot snag snapshot sort sound source space "
    "span speed spot spread staff stage stake stand standpoint start state statement status step stock strain strand strategy streak "
    "strength stretch stride string structure struggle style subject subset substance suggestion suite sum summary support surface "
    "surprise surrounding suspicion symptom synergy tail tale target taste teamwork tendency tension term terrain testbed thing third "
    "thought thread threat threshold tie time toll tone toolbox toolkit top topic total touch trace track trade trade-off tradition "
    "trait transition transparency trap treatment trend trial trick trouble truth turn tweak twin type umbrella uncertainty "
    "understanding union unit upside usage user utility value variability variant variation variety verdict version vicinity victim "
    "view viewpoint virtue visit volume wake warning wave way weakness wealth wedge week whole will window wisdom word workaround "
    "workflow workload worry yardstick zone"
)
_OTHERS = (
    "others easily protect compute owe episode session element never nobody altogether data model network input output fix predate rank routine people why how where able dataset benchmark baseline abundant acceptable accurate active actual actually acute additional adequate adjacent advance afford ahead al alike almost "
    "alongside already alternative ample another anyway apart apparent apparently appropriate apt arbitrary aside asymmetric "
    "automatic automatically available average aware away backward bare basic behind beneath beside besides best better beyond bigger "
    "blind blunt bold brief broad busy careful central certain cheaper chief clear clearly close closely clumsy coarse coherent "
    "collective combined common commonly comparable comparatively compelling competitive complementary complete complex comprehensive "
    "concise concrete confident consecutive considerable considerably considered consistent consistently constant contextual convenient "
    "conventional core corresponding costlier costly creative credible crucial crude curious current currently customary daily "
    "dedicated deep deeper deliberate deliberately dense dependent desirable detailed determined direct directly disproportionate "
    "distant distinct divergent diverse dominant double downstream drastic dual due e.g eager ease easily effective efficient elaborate "
    "elsewhere empirical enough entire equal equally especially essential et eventual ever everyday evident exact exactly exceptional "
    "excessive expensive explicit explicitly express extensive extra extreme fair fairly faithful familiar far fast favourable feasible "
    "fewest final fine firm fit fixed flexible fluid following foremost formal former forth forward fragile frequent fresh full further "
    "fuzzy general genuine given good gradual great greatly greedy hard healthy heavily heavy helpful heterogeneous hidden high highly "
    "honest i.e identical idle immediate immediately imperfect implicit important incomplete incorrect incremental indeed independent "
    "individual inherent initial inner instead insufficient intact integral intense intent interesting intermediate internal intricate "
    "intrinsic intuitive invalid isolated joint jointly just keen key known large largely last late lately latter lean least lengthy "
    "less lesser lightweight likewise limited little local long long-term loose loosely low lower main mainstream manual many marginal "
    "material mean meaningful mere merely minimal minor mixed moderate modern modest moreover mostly multiple mutual naive namely "
    "narrow natural naturally near nearby necessarily necessary negligible neighbouring neither nevertheless newly next none "
    "nonetheless normal notable notably nothing noticeable nuanced numerous obvious occasional odd ongoing only open opposite optional "
    "ordinary original originally otherwise outer outright overall overly parallel partial particular particularly past peculiar "
    "pending persistent pertinent plain plainly plausible plentiful poor poorly popular positive possible potential practical "
    "practically precise precisely predominant present presently prevalent previous previously pricey primarily primary principal "
    "proactive prone pronounced proper properly proportionate pure purely quickly quiet quite random rapid rare rarely raw readily "
    "ready real real-world really reasonable reasonably recent recently recurring regular regularly related relative relatively "
    "relevant reliable reluctant remaining remote repeated repeatedly resulting rich richer right rightly rigid rough roughly round "
    "salient scarce secondary selective selfish separate separately serious severe severely shallow shared sharp sharply sheer short "
    "shortly sideways significant significantly similar similarly simple simply simultaneous single sizeable slight slightly slow "
    "slowly small smooth so-called solely solid somehow somewhat soon sophisticated sound sparse special specific specifically "
    "spontaneous spurious stable standard static steady still straight straightforward strict striking strong strongly structural "
    "structured stubborn subsequent subsequently substantial substantially subtle sudden suitable sundry superficial surprising "
    "surprisingly suspicious swift systematic tailored targeted technical tedious theoretical thin thorough thoroughly tight tightly "
    "tiny today together total totally tough toward towards traditional true truly twin twofold typical unaffected unavailable "
    "unchanged unclear uncommon underlying uneven unexpected uniform unknown unlike unreliable unseen untouched unusual upper usable "
    "usual usually utmost valid variable varied various vast versatile very viable visible vital vulnerable weak weaker well whatever "
    "whenever wherever wholly wide widely widespread willing within worth worthwhile wrong wrongly yearly young "
    "often beforehand afterwards later seldom sometimes perhaps maybe nowadays meanwhile furthermore unless anyone "
    "someone anybody somebody something anything everywhere nowhere somewhere capable unable comfortably mildly measurably visibly "
    "hugely farther wider gladly readily duly vaguely neatly tidily bluntly broken dealt stuck struck worn driven swept swung "
    "thrown woken woven borne clung crept dug fled shaken spun sprung torn undergone upheld wound forgotten frozen hung newcomer "
    "reviewer practitioner maker builder owner pile heap thumb end going coming hang chop shave mend strange weird unfair old "
    "stumble falter fumble hunch bet suspect wonder trail mild crack endure assist disappear resume worse worst bad sure unsure "
    "whichever haul upshot clash disagree imitate thick cause seem ever yet stretch swell dip soar plummet glimpse puzzle baffle "
    "nuisance hurdle snag pitfall remedy badly solve bonus mentally always blur"
)
# What an item may be said to do or be only where its sources say so.
_STRONG = (
    "abandon abolish accept acclaim adversary ban bankrupt cheap cheat commercial companies company convict cure customer defeat "
    "deploy destroy doom eliminate endorse enforce eradicate everyone expert fail failure fear fire flawless forbid free funded "
    "guarantee halt hate impossible invent kill launch lawsuit licence license market mastered obsolete outlaw overtake patent "
    "perfect prevent prohibit prove publish refuse refute reject replace replicate retire sell settle standardize stop "
    "succeed sue threaten triumph unrelated useless vanish vanquish victory win winner"
)

# Words that mean much the same in reports of research, one class a line.
SYNONYMS = (
    "model llm", "dataset data corpus corpora", "benchmark test suite", "improve boost raise increase enhance gain better higher",
    "reduce lower cut decrease shrink reduction drop less fewer", "outperform beat exceed surpass better", "fast quick speed speedup faster latency",
    "big large larger bigger", "small smaller compact tiny", "cost expense cheap cheaper price", "mistake error fault", "train training learn learning",
    "show demonstrate reveal find observe indicate", "analyze analysis analyse study examine", "begin start", "answer response reply",
    "prompt instruction", "question query", "generate produce write create output generation", "choose select selection pick",
    "keep retain preserve maintain leave unchanged intact", "remove drop discard prune eliminate", "combine merge join integrate unify", "human person people annotator",
    "publish release open available public", "code source", "paper article", "important critical crucial essential", "often frequently", "hard difficult challenging challenge",
    "accuracy accurate correct", "text document", "image picture visual vision", "tool", "step stage phase", "extend lengthen", "explain explanation", "split divide",
    "detect identify recognize find", "rare uncommon", "stay remain unchanged", "change shift modify alter", "risk danger harm", "safe safety",
    "goal aim objective", "limit limitation restrict constraint", "match equal par", "share fraction portion part", "size scale", "weight parameter", "memory storage",
    "compute computation computing computational", "method approach technique", "weakness limitation shortcoming gap", "help assist support aid",
    "teach train", "sentence phrase", "word token", "fix repair correct", "ask query", "need require", "robust robustness stable reliable",
    "evaluate assess test measure score evaluation assessment", "baseline", "agent agentic", "reason reasoning", "translate translation", "retrieve retrieval search",
    "compress compression", "reinforcement rl", "language languages", "compare comparison compared", "combination", "vary variation different",
    "several multiple many", "rely depend", "solve solution", "build construct create", "collect gather", "contain comprise include consist", "span cover", "doctor clinician physician",
    "weaken degrade deteriorate worsen hurt harm", "overlook miss", "capture encode represent", "widen broaden", "little limited scarce few rarely",
    "mistaken wrong incorrect erroneous misleading false", "right rightly correct correctly", "simple plain plainly simply", "relax loose loosen", "usual conventional usually typical typically mostly",
    "now today current currently contemporary modern recent nowadays", "earlier previous prior existing past", "separate decouple disentangle", "use employ utilize leverage exploit harness",
    "need require demand necessary", "help benefit beneficial aid useful", "hinder impede hamper obstruct limit", "enough sufficient suffice adequate", "insufficient lack inadequate",
    "nearly almost close near", "approximately about roughly around", "main primary principal chief central key core", "only solely merely just exclusively", "full complete entire whole exhaustive",
    "part partial partly partially portion", "many numerous multiple several", "depend hinge rely rest", "concentrate focus center", "handle tackle address deal", "look explore investigate examine inspect study",
    "rebuild reconstruct reconstruction", "reduce halve lessen shrink save saving", "together joint jointly", "alone own itself single", "scene environment world", "answer solve", "transform convert turn", "gap difference divergence distance discrepancy",
    "augment add enrich extend", "start initial begin onset", "end final last", "before prior pre", "after post following", "without free no none", "fake synthetic artificial generated", "automatic automatically automated automate", "recognize recognise identify detect classify",
    "person people human participant user individual speaker", "doctor physician clinical clinician", "picture image photo visual", "movie video clip", "speech voice spoken audio", "sound audio acoustic", "text textual written", "talk dialogue conversation converse", "map chart",
    "trust confidence reliable", "unsure uncertain uncertainty", "guess predict estimate forecast anticipate", "expert specialist", "kind type category class sort", "way manner method", "goal purpose intent", "rule policy guideline", "cause lead produce yield trigger", "explain account attribute reason",
    "suggest indicate imply hint sign signal", "warn caution", "claim argue state assert maintain", "confirm verify validate check certify", "compare contrast", "rank order sort", "score rating grade", "rate judge grade assess", "share proportion percentage ratio", "amount quantity volume", "double twice", "speed rate velocity pace",
    "fast quick rapid quickly rapidly accelerated accelerate", "slow slowly", "expensive costly cost burden overhead", "cheap inexpensive cheaper", "tiny small compact lightweight little", "huge large big massive vast enormous", "sharp sharply steep steeply", "strongly heavily greatly substantially considerably significantly", "slightly marginally somewhat",
    "skill ability capability competence", "memory remember retention retain recall", "knowledge know", "new novel unseen unreported", "known established familiar", "common shared mutual", "rare uncommon seldom rarely", "hidden latent implicit", "clear explicit", "global overall", "local nearby", "inner internal inside intrinsic", "outer external outside",
    "shape form geometry morphology", "size length scale", "border boundary edge", "layer level", "region area zone", "place location position", "path trajectory route", "time temporal duration", "space spatial", "move motion movement moving", "turn rotation rotational", "shift translation translational",
    "wide broad widely broadly", "deep depth", "look appearance", "label annotation annotate tag", "sample example instance", "set collection pool group", "subset part fraction", "list enumerate", "step stage phase round", "try attempt", "repeat iterate recursive again", "stop halt terminate cease", "silence suppress mute", "block prevent", "pick select choose draw",
    "keep hold retain store preserve", "throw discard drop reject remove", "merge fuse combine aggregate unify", "split separate divide partition", "blur blurring", "fetch retrieve obtain get", "automatic automation", "tune adapt adjust calibrate calibration", "align alignment match", "link connect relate bridge", "gather collect aggregate assemble", "show display exhibit demonstrate",
    "turn transform convert transfer", "refine polish improve", "work function operate", "apply use", "build construct create make develop design", "introduce propose present", "write written author", "read reading", "ask query request prompt", "act action behave behavior", "interact interaction talk", "goal target objective", "reward incentive bonus", "poor poorly bad badly", "field domain area", "punish penalty penalize",
    "succeed success solve", "attack jailbreak adversarial", "defend defense guard protect protection", "leak expose disclose", "refuse refusal decline reject", "harm harmful dangerous danger damage unsafe", "fair fairness unbiased", "bias biased skew skewed", "noise noisy", "clean noise-free", "stable steady unchanged constant", "robust resilient resilience", "fragile brittle fragility vulnerable", "flexible adaptable adaptive",
    "unlike contrast whereas", "equal same identical equivalent", "whole entire full complete total", "half halve", "top best optimal highest", "beat outperform surpass exceed", "state-of-the-art sota", "rival competitive comparable par match", "gain improvement boost benefit advantage edge lead", "loss drop decline degradation reduction", "fall drop decline decrease degrade", "rise increase grow climb raise", "precise accurate exact fine-grained detailed detail",
    "trustworthy reliable", "simultaneous simultaneously parallel joint jointly", "sequence series chain", "word term token vocabulary", "sentence utterance", "document page article", "child children kid pediatric", "city urban town", "country nation", "teacher instructor", "student learner pupil", "illness disease disorder", "drug medicine medication", "law legal", "money financial economic", "test evaluate benchmark probe", "real actual genuine", "life living",
    "compute computation computational calculate", "code program software", "bug fault defect flaw error", "fix patch repair", "network net", "machine computer automatic", "robot robotic", "camera view viewpoint", "front ahead", "back backward behind", "up upward", "less fewer lower reduced", "more higher larger greater increased", "rather instead", "although though but however yet while whereas",
)  # fmt: skip

_GENERAL_ROOTS = frozenset(map(root, f"{_VERBS} {_NOUNS} {_OTHERS} {EVERYDAY}".split()))
_STRONG_ROOTS = frozenset(map(root, _STRONG.split()))


def is_general(word: str) -> bool:
    """Whether a paraphrase may bring the word along, whatever the work is about."""
    found = root(word)
    return found in _GENERAL_ROOTS and found not in _STRONG_ROOTS


def is_strong(word: str) -> bool:
    """Whether the word is a statement of its own, which the sources must make too."""
    return root(word) in _STRONG_ROOTS
