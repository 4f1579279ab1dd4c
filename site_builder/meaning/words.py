"""Words that decide whether a run of words is a key phrase: no part of one, not its beginning or end; and spellings.

Plain lists, made by reading what came out of real abstracts; a word belongs here where it is wrong in every field.
"""

from __future__ import annotations

_FUNCTION = """
about above across after again against all almost alone along already also although always am among amongst amount an
and another any anything apart are around as aside at away b back be because become becomes been before behind being
below besides best better between beyond both but by c can cannot case cases com could d de did do does doing done
down due during e each either else elsewhere enough entire entirely etc even ever every everything except f far few
fewer first firstly five following for former four from further furthermore g get gets github give given gives giving
go goes good great had half has have having he hence her here herein him his how however http https i if ii iii in
indeed instead into is it its itself j just k know known knows l largely last later latter least less let lets like
likely little long longer lot m made mainly make makes making many may maybe me meanwhile merely might more moreover
most mostly much must my n namely near nearly need needed needing needs neither never nevertheless new newly next no
none nor not nothing notably now o of off often on once one ones only onto or other others otherwise our ours out over
overall own p part partly per perhaps put puts q quite r rather re really s same say second secondly see seen self
several shall she should show showed showing shown shows side similarly simply since six so some something sometimes
soon still such t take taken takes taking ten than thanks that the their theirs them themselves then thereby therefore
therein these they thing things third this those though three through throughout thus till to today together too
toward towards twice two u under unless unlike until up upon us use used useful user uses using usually v very via vs
w was way ways we well were what whatever when whenever where whereas whereby wherein whether which while who whole
whom whose why wide widely will with within without work works would www x y yes yet you your z zero
"""

_VERBS = """
achieve achieves achieved achieving accelerate accelerates address addresses addressed adopt adopts adopted adopting
aid aim aims aimed aiming allow allows allowed allowing alleviate alleviates analyse analyze analyzes apply applies
applied argue argues arise arises ask asked assess assesses assume assumes attain attains avoid avoids avoiding based
become believe benefit benefits boost boosts bring brings build builds built call called calls capture captures carry
cause causes challenge change changes choose combine combines combined combining come comes compare compared compares
comparing complement comprise comprises comprising compute computes computed conduct conducted conducts confirm
confirms consider considered considering considers consist consisting consists construct constructs constructed
contain contains containing contribute contributes contributed cover covers create creates created decide defined
define defines deliver delivers demonstrate demonstrated demonstrates demonstrating denote deploy deployed depend
depends derive derived derives describe described describes designed designs desired determine determines determined
develop developed developing develops differ differs discover discovered discovers discuss discussed discusses display
displays eliminate eliminates eliminating emerge emerged emerges emphasize employ employed employing employs enable
enabled enables enabling encourage encourages enhance enhanced enhances enhancing enrich ensure ensures ensuring
establish established establishes evaluate evaluated evaluates evaluating examine examined examines exceed exceeds
exhibit exhibited exhibits exist existed existing exists expand expands expect expected explain explains explained
exploit exploited exploits exploiting explore explored explores exploring extend extended extends extensively face
faces facilitate facilitates fail fails failed fall falls find finds fix focus focused focuses focusing follow
followed follows found fuse gain gained gains generalize generalizes generalise generate generated generates guide
guided guides handle handles handling help helps highlight highlighted highlights hinder hinders hold holds identify
identifies identified identifying ignore ignored ignores illustrate impose imposes improve improved improves improving
include included includes including incorporate incorporated incorporates incorporating increase increased increases
increasing incur incurs indicate indicates induce inspire inspired integrate integrates integrated introduce
introduced introduces introducing investigate investigated investigates involve involves involving keep keeping keeps
lack lacks lead leading leads learn learned learns led leverage leveraged leverages leveraging lie lies limit limited
limiting limits maintain maintained maintaining maintains matter matters maximize means meet meets minimize mitigate
mitigated mitigates mitigating modify motivate motivated move observe observed observes obtain obtained obtaining
obtains occur occurs offer offered offering offers open opens operate outperform outperformed outperforming
outperforms overcome overcomes overlook overlooked overlooks perform performed performing performs play plays pose
poses posed posing present presented presenting presents preserve preserved preserves prevent prevents produce
produced produces producing promote promotes propose proposed proposes proposing prove proved proven proves provide
provided provides providing pursue quantify raise raises reach reached reaches receive received receives reduce
reduced reduces reducing refine refined refines regard regarding relate related relates release released rely relies
relying remain remains remaining remove removes removed replace replaced replaces replacing report reported reports
represent represented represents representing require required requires requiring resolve respect result resulted
resulting results retain retained retains retaining reveal revealed reveals review reviewed runs running satisfy save
saves seek seeks seem seems select selected selects serve serves serving share shared shares shed sheds simplify solve
solved solves solving speed spend stems streamline struggle struggles study studied studies studying submit suffer
suffers suffering suggest suggests suggested support supported supports surpass surpassed surpasses surpassing tackle
tackles tackled tend tends tested treat treated treats trained tries try trying turn turns understand understood unify
unlock update updates updated utilize utilized utilizes utilizing utilise validate validated validates vary varies
verified verify verifies want yield yielded yielding yields bridging bridge bridges aligns align aligning adapt adapts
adapting attends attending discard discards predict predicts merges merge selecting extracts extract extracting
encodes encode learnt rethinking revisiting towards enjoys tailored unleashing unlocking matches equips equip equipped
injects inject augments augment pays pay divides divide decouples decouple transforms reuse reuses harness harnesses
harnessing pushes pushing hinges
"""

_EMPTY = """
ability able absence absolute abstract academic acceptable access according accordingly account accuracy accuracies
accurate accurately achievement actual actually added addition additional additionally adequate advance advanced
advancement advancements advances advantage advantages affordable agenda ahead algorithm algorithms alternative
alternatives analysis analyses annotated anonymous appealing apparent applicability applicable application
applications approach approaches appropriate approximately area areas art article aspect aspects assumption
assumptions attempt attempts attention-worthy attractive author authors available average aware balanced barrier basic
basically basis behavior behaviors behaviour belief benchmark benchmarks best-performing big bottleneck breakthrough
brief broad broadly burden candidate candidates capability capabilities capable careful carefully category central
certain challenges challenging characteristic characteristics choice choices claim class classical clear clearly close
closely code codes coherent combination combinations common commonly community comparable comparative comparison
comparisons compelling competitive complete completely complex complexity component components comprehensive
comprehensively computational computationally concept concepts conclusion conclusions condition conditions conference
consequently considerable considerably consideration consistent consistently constant contemporary content
contribution contributions conventional conversely core correct correctly correlation cost costly costs counterpart
counterparts couple crucial crucially current currently custom decade decades degree degrees demand demanding demo
despite detail detailed details development developments difference differences different differently difficult
difficulties difficulty dimension dimensions direct direction directions directly discussion distinct diverse
diversity drastic drastically drawback drawbacks early ease easily easy effect effective effectively effectiveness
effects efficacy efficiency efficiently effort efforts elegant empirical empirically end entire enormous equal equally
especially essence essential essentially evaluation evaluations evidence evident exact exactly example examples
excellent exceptional excessive exciting experiment experimental experimentally experiments explicit explicitly
extensive extent extra extreme extremely fact factor factors fair fairly fashion fast faster favorable favorably
feasible feature-rich fewest finally finding findings flexible flexibility form forms formulation framework frameworks
frequent frequently fruitful full fully fundamental furthermore future gap gaps general generally generic goal goals
great greater greatly growing guarantee guarantees hand happen hard heavy heavily heavyweight hence high higher
highest highly hope huge idea ideal ideas identical impact impacts implementation implementations implicit implicitly
importance important importantly impressive improvement improvements in-depth inadequate incorrect incredible
independent independently individual inefficient inferior influence information informative inherent inherently
initial innovative inner input inputs insight insightful insights inspiration instance instances insufficient integral
intelligent intensive interest interesting interestingly intermediate intricate intrinsic introduction intuition
intuitive intuitively investigation issue issues iterations joint jointly kind kinds large larger largest latest layer
layers lengthy level levels light limitation limitations line literature loss low lower lowest main mainstream major
majority manner manual manually massive material maximum meaning meaningful meaningfully measure mechanism mechanisms
merit merits method methodology methodologies methods metric metrics minimal minimum minor model-specific modern
modest module modules motivation multiple name naive native naturally nature necessary necessity negative negligible
niche noise notable noteworthy notion novel novelty number numbers numerical numerous objective objectives obstacle
obvious obviously official operation operations opposite optimally option optional order orders ordinary origin
original originally outcome outcomes outlook output outputs outside outstanding overhead overview paper papers
paradigm paradigms parallel parameter parameters partial partially particular particularly parts past pattern patterns
people perfect perfectly performance performances period perspective perspectives phenomena phenomenon physical
pioneering pipeline pipelines place plain plausible plenty plug point points poor popular portion possible possibly
potential potentially powerful practical practically practice practices practitioner practitioners precise precisely
preliminary presence previous previously primarily primary principal principle principled principles prior priori
probably problem problematic problems procedure procedures process processes product progress prominent promising
proof proper properly property properties proposal prospects protocol public publicly purpose purposes quality
quantitative quantitatively question questions quick quickly rapid rapidly rare rarely rate rates ratio raw real
real-world realistic reason reasonable reasons recent recently regime relation relationship relationships relative
relatively relevance relevant reliable reliably remarkable remarkably renowned repository requirement requirements
research researcher researchers resource resources respective respectively rich rigorous rigorously robustly role room
roughly scale scales scenario scenarios scheme schemes scientific scope score scores section seminal sense separate
separately series serious setting settings setup setups severe severely significance significant significantly similar
simple simpler simplicity simultaneous simultaneously single situation situations size sizes slight slightly slow
small smaller solely solid solution solutions sophisticated sort source special specific specifically stable stage
stages standard standards star state states static statistical step steps straightforward strategy strategies strength
strengths strict strictly strong stronger strongest strongly structure structures subject suboptimal subsequent
subsequently substantial substantially subtle success successes successful successfully sufficient sufficiently
suitable suite superior superiority supplementary surprising surprisingly survey survey-style synthetic-only system
systematic systematically systems target targeted targets task tasks task-specific technical technique techniques
technologies technology term terms test tests text-only theoretical theoretically theory thorough thoroughly thousand
thousands time timely times tool tools top topic total traditional traditionally tremendous trend trends trick tricks
trivial true truly type types typical typically ubiquitous ultimate ultimately unclear underlying unified unique
universal unnecessary unprecedented upper usage utility valid valuable value values variant variants variation
variations variety various vast version versions versatile viable view vital weakness weaknesses whole widespread
world worse worst wrong year years abundant accessible advantageous comparably emerging evolving existing fresh
further ideally incoming involved lightweight newer nontrivial non-trivial obtaining one-stop ongoing project page
notorious old overly prevailing prevalent proof-of-concept readily scarce sheer soft state-of-the-art sota superb
unseen vanilla weak zero cutting edge cutting-edge recipe recipes lens glance hundred million billion percent
example-based step-by-step off-the-shelf plug-and-play end-to-end hyperparameter hyperparameters tuning speedup
speedups gpu gpus hour hours day days cpu flops flop latency throughput memory baseline baselines seconds checkpoint
checkpoints ablation ablations colab website url trade-off trade-offs tradeoff budget budgets margin deployment
runtime reproducibility concern concerns rise shed hundreds dozens fraction bunch plethora myriad wealth lot
proliferation ones viewpoint notably vice versa stark innovation innovations tell tells told gold alpha beta gamma
delta epsilon lambda mu nu phi psi sigma theta omega omni per regimes piece strive
"""

NEVER = frozenset(f"{_FUNCTION} {_VERBS} {_EMPTY}".split())
"""No key phrase holds one of these."""

_NOT_FIRST = """
aligned annotated aware conditioned dependent driven free level oriented related wise specific agnostic invariant bad
constrained corresponding dedicated pretrained pre-trained fine-tuned finetuned frozen generalized given labeled
learnable non robust dynamic dynamically adaptive additional global local final unlabeled expressive extracting
removing scaling holistic human-like diverse redundant important correlated compact hidden inherent complementary
arbitrary generating understanding modeling leading automatic automatically scalable rigid heterogeneous unstructured
natural-looking extra crafted hand-crafted handcrafted existing various last initial noisy-free paired unpaired
distant fewer efficient effective
"""
NOT_FIRST = frozenset(_NOT_FIRST.split())
"""No key phrase begins with one of these."""

_NOT_LAST = """
aligned annotated aware conditioned dependent driven free level oriented related wise specific agnostic invariant deep
dense global local visual textual multimodal unimodal semantic spatial temporal linguistic human large-scale full
pretrained pre-trained fine-tuned frozen scale vision-language image-text text-image text-to-image long-context
multi-modal cross-modal cross dynamic adaptive sparse robust training-free open-source data-free unlabeled labeled
low-level high-level fine-grained long-tailed few-shot zero-shot self-supervised unsupervised supervised
open-vocabulary open-world scale-aware downstream multi pre post semi self inter intra sub co causal discrete
continuous linear random medical clinical artificial mean self-supervised-based language-image autoregressive
generative discriminative contrastive bidirectional hierarchical convolutional recurrent bilinear residual additive
human-centric scene-level pixel-level token-level word-level patch-level instance-level object-level region-level
image-level sentence-level natural range resolution box distance dataset datasets benchmark data collection
collections backbone backbones piece pieces category categories content context style tune fine-tune learn train pair
pairs family zoo community setting challenge truth based-on degree head heads branch branches layer layers block
blocks stage group groups unit units number counts count part parts variant pass step pretrain low-resource
high-resolution multi-scale large-kernel one-stage two-stage state-space end length lengths size budget statistic
aware-of forward backward through-time allocation
"""
NOT_LAST = frozenset(_NOT_LAST.split())
"""No key phrase ends with one of these."""

_NOT_ALONE = """
learning training model models data network networks image images text texts video videos feature features language
languages vision dataset datasets token tokens inference architecture architectures representation representations
attention transformer transformers head heads block blocks map maps object objects region regions word words sentence
sentences sample samples sequence sequences label labels class classes prompt prompts context contexts weight weights
domain domains modality modalities encoder encoders decoder decoders embedding embeddings prediction predictions
generation understanding reasoning recognition classification detection estimation optimization regularization
supervision distribution distributions space spaces set function functions vector vectors signal signals frame frames
user users agent agents action actions scene scenes pixel pixels patch patches channel channels state computation
error errors bias scaling pretraining pre-training backbone backbones resolution length matrix view views group groups
pair pairs corpus document documents query queries neuron neurons concept relation semantic semantics decoding
encoding filter iteration variable variables noise shape position positions location locations mask masks mixture
target gradient gradients environment selection activation activations layer-wise interaction interactions similarity
alignment fusion aggregation integration expert experts student teacher annotation annotations ground truth background
foreground initialization perception depth texture content style program programs modeling modelling cue cues
component part entity entities fidelity consistency awareness assistant llm lvlm vlm mllm vit cnn cnns gpt collection
sum dot product plug adaptation exploration convolution convolutions granularity redundancy scalability sparsity
reconstruction compression acceleration intelligence machine vocabulary imagenet coco face faces convergence kernel
mapping mixing injection connection connections memory cache tree trees graph graphs natural entry attribute
attributes caption captions rationale rationales pathology-free diagnosis accuracy retrieval person people news tweet
synthesis tensor tensors predicate triplet propagation classifier classifiers detector detectors tokenizer composition
analysis summary description descriptions preference instruction instructions demonstration teacher-student attack
boundary bottleneck branch budget candidate cluster clusters codebook communication community compositional
construction contrast control correspondence corruption curve decomposition dependency difference direction discovery
discrepancy disease displacement divergence edge edges element ensemble estimate event expression expressions
factorization family flow folder game generalization generator geometry goal grouping guidance hidden hypothesis
identity image-level imitation importance index induction initial instability instance intent invariance item items
judge label-level landmark latency layout lens link list localization logic magnitude manipulation margin match
matcher medium member mimicry mode momentum motif motion neighbor neighbors node nodes normalization operator
orientation orthogonality outlier packing partition passage path penalty permutation phrase phrases piece pixel-wise
plan player point policy pool pooling population position-wise posterior price prior probability probe projection
projector proposal proximity quantity ranking recall reconstruct recovery region-of-interest regressor release removal
reorganization replay residual response responses review reward rotation router rule rules sampler scan scheduling
screen search segment segments separator shift shortcut simulator sink slot solver span speaker specification split
square story stream student-teacher subset subsets subspace summarization switch symmetry threshold timestep trace
track tradeoff trajectory transform transformation transition traversal trigger tuple union update utterance vertex
video-level viewer visibility volume vote warping weight-sharing window world zoom coarse repetition syntax omission
allocation compute quest
"""
NOT_ALONE = frozenset(_NOT_ALONE.split())
"""Too wide to be a key phrase of a single word."""

_NOT_WHOLE = """
attention calculation|attention head|attention layer|attention map|attention matrix|attention model|attention module
attention score|attention weight|base class|base model|black box|computer science|computer vision|context learning
convolutional network|data distribution|data point|data set|deep learning|deep learning model|deep model|deep network
deep neural network|deep neural network model|encoder-decoder model|feature learning|feature map
feature representation|feature space|feature vector|feed forward|forward pass|generation model|ground truth
human annotation|human attention|human drawing|human intervention|human language|image classification task
image content|image data|image dataset|image encoder|image feature|image generation model|image level|image patch
image region|image representation|image token|image understanding|input image|input text|input token
internal representation|label set|language data|language instruction|language processing|language task|linear layer
machine learning|masked language|model architecture|model design|model inference|model learning|model prediction
model size|model training|model weight|multimodal model|natural image|natural language|network architecture
network design|network training|neural network|object category|object class|open question|output token
random variable|segmentation network|sequence length|source code|sparse mask|test set|text data|text description
text encoder|text feature|text image|text input|text token|textual description|token representation|training data
training sample|training set|transformer architecture|transformer block|transformer layer|transformer model
transformer network|video content|video data|video frame|video sequence|vision encoder|vision language|vision model
vision task|vision-language task|visual attribute|visual content|visual cue|visual data|visual element|visual encoder
visual feature|visual information|visual input|visual language|visual perception|visual recognition
visual representation|visual token|visual understanding
"""
NOT_WHOLE = frozenset(phrase for line in _NOT_WHOLE.strip().split("\n") for phrase in line.split("|"))
"""Said so widely that no reader would look for it by itself; a longer phrase may hold it."""

_SPELT = """
2D 3D 4D API AST BERT BPE CLIP CNN CoT CT CTC CTR CUDA DETR DINO ELBO FFN FPN FP8 GAN GCN GLUE GNN GPT GUI HTML ICL
ImageNet INT4 INT8 KV LASSO LIME LLaMA LLaVA LLM LMM LoRA LSTM LVLM MAE MIL MLLM MLM MLP MoE MRI MRF NeRF NER NLI NLP
NMT OCR ODE OOD PAC PCA PDE PEFT QA RAG RGB RGB-D RL RLHF RNN RoPE SAM SGD SHAP SQL SSL SSM SVD SVM TPU UI URL U-Net
VAE ViT VLM VLP VQ VQA VQ-VAE VQGAN WSI XAI YOLO COCO ADE20K CIFAR Bayesian Boltzmann Bregman Chinese Cholesky English
Euclidean Fisher Fourier French Gaussian German Granger Gromov Gumbel Hamiltonian Hessian Hilbert Hopfield Jacobian
Kantorovich Koopman Laplace Laplacian Lipschitz Mamba Markov Monte-Carlo Nesterov Newton Nyström Pareto Poisson
Riemannian Shannon Shapley Sinkhorn Taylor Wasserstein ASR BLEU CCA ECG EEG EHR FID GPU HOI IoU JEPA LM MoD NAS OT
ReLU ResNet RoI VOC Swin DeiT SLAM TTA VAD ZSL t-SNE VQ-GAN AI
"""
SPELT = {word.lower(): word for word in _SPELT.split()}
"""Acronyms and names by their lower-case form; other words of a tag are written small."""

_HYPHENED = "auto bi co cross few inter intra meta multi non one post pre self semi sub super un zero"
HYPHENED = frozenset(_HYPHENED.split())
"""A first part that is joined to the next word by a hyphen."""

_COMPOUNDS = """
vision-language image-text text-image language-image open-vocabulary fine-grained long-tailed long-tail long-range
long-context low-rank low-light low-level high-level high-resolution fine-tuning large-scale
weakly-supervised layer-wise point-wise video-text speech-text audio-visual click-through encoder-decoder
 retrieval-augmented parameter-efficient class-incremental class-conditional training-free key-value
query-key model-agnostic post-training closed-set open-set open-world real-world key-point state-space cloze-style
"""
COMPOUNDS = frozenset(tuple(pair.split("-", 1)) for pair in _COMPOUNDS.split())
"""Two words that are joined by a hyphen before a noun."""

LINKS = frozenset({"to", "of", "in", "the", "and", "by", "on", "for"})
"""Small words inside a hyphened one: text-to-image."""

STANDING = frozenset({"self", "co", "meta"})
"""A first part with which a hyphened word may stand alone: self-attention, but not multi-head."""

_GERUNDS = "pruning hashing clustering forecasting reranking inpainting backpropagation dehazing deblurring matting"
GERUNDS = frozenset(_GERUNDS.split())
"""Words in -ing that may stand alone."""

ADJECTIVE_ENDINGS = ("al", "ed", "ic", "ive", "ous", "able", "ible", "less", "ful", "ly", "ish", "esque")
SINGLE_ADJECTIVE_ENDINGS = ("ant", "ent", "ite", "ing", "ary", "ory", "er", "or", "ment", "ness", "ity")
"""No single word with one of these is told apart from an adjective or a wide noun."""
_NOUNS = """
adjective alternative animal anomaly archive arithmetic assembly cable capital clinic critic derivative dial disable
embed embedding fabric family feed goal heuristic journal label logic manual material metric mimic music narrative
need objective panic perspective portal potential primitive principal proposal removal retrieval seed semantic signal
speed statistic supply table topic traffic trial variable
"""
NOUNS = frozenset(_NOUNS.split())
"""Nouns that end as adjectives do."""

SINGULAR = {
    "news": "news",
    "analyses": "analysis", "axes": "axis", "biases": "bias", "bias": "bias", "caches": "cache", "canvas": "canvas",
    "hypotheses": "hypothesis", "indices": "index", "lens": "lens", "matrices": "matrix", "series": "series",
    "species": "species", "vertices": "vertex", "movies": "movie", "cookies": "cookie", "corpora": "corpus",
    "chaos": "chaos", "kudos": "kudos", "gas": "gas", "focuses": "focus", "basis": "basis", "bases": "basis",
    "parentheses": "parenthesis", "syntheses": "synthesis", "media": "media", "cues": "cue", "queries": "query",
}  # fmt: skip
"""Plurals that their ending does not tell."""
