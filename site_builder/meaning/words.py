"""Words that decide whether a run of words is a key phrase: no part of one, not its beginning or end; and spellings.

Plain lists, made by reading what came out of real abstracts; a word belongs here where it is wrong in every field.
"""

from __future__ import annotations

_FUNCTION = """
a about above across after again against all almost alone along already also although always am among amongst amount an
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

_NOT_FIRST = """
aligned annotated aware conditioned dependent driven free level oriented related wise specific agnostic invariant bad
constrained corresponding dedicated pretrained pre-trained fine-tuned finetuned frozen generalized given labeled
learnable non robust dynamic dynamically adaptive additional global local final unlabeled expressive extracting
removing scaling holistic human-like diverse redundant important correlated compact hidden inherent complementary
arbitrary generating understanding modeling leading automatic automatically scalable rigid heterogeneous unstructured
natural-looking extra crafted hand-crafted handcrafted existing various last initial noisy-free paired unpaired
distant fewer efficient effective general special regular constant formal informal
"""
NOT_FIRST = frozenset(_NOT_FIRST.split())
"""No such noun phrase begins with one of these."""

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
image-level sentence-level natural resolution box dataset datasets benchmark data collection
collections backbone backbones piece pieces category categories content context style tune fine-tune learn train pair
pairs family zoo community setting challenge truth based-on degree head heads branch branches block
blocks stage number counts count part parts variant pass step pretrain low-resource
high-resolution multi-scale large-kernel one-stage two-stage state-space end size budget statistic
aware-of forward backward through-time allocation process case time shape title
"""
NOT_LAST = frozenset(_NOT_LAST.split())
"""No such noun phrase ends with one of these."""

_NOT_WHOLE = """
artificial intelligence|artificial neural network|artistic style|attention calculation|attention head|attention layer
attention map|attention matrix|attention model|attention module|attention score|attention weight|background clutter
base class|base model|black box|bounding box|case study|code available|cognitive load|computer science|computer vision
computing power|context learning|contextual information|convergence rate|convolutional network|cosine similarity
data distribution|data point|data scarcity|data set|data stream|decoding strategy|deep learning|deep learning model
deep model|deep network|deep neural network|deep neural network model|design space|distillation loss|domain knowledge
dynamic network|dynamic range|dynamic scene|edge device|embedding space|encoder-decoder model|energy consumption
failure mode|false positive|feature collapse|feature learning|feature map|feature representation|feature space
feature vector|feed forward|fine-tuning|foreground segmentation|forward pass|full fine-tuning|generation model
generation process|generative model|github repository|global context|ground truth|high-dimensional data|high-resolution
human annotation|human attention|human body|human drawing|human evaluation|human intervention|human language
image classification task|image content|image data|image dataset|image description|image encoder|image feature
image generation model|image level|image patch|image region|image representation|image resolution|image sequence
image similarity|image token|image transmission|image understanding|image-text pair|indoor scene|inference time
input image|input sparsity|input text|input token|internal representation|knowledge integration|label set|language data
language grounding|language instruction|language model|language modeling|language processing|language task
large language model|large multimodal model|latent representation|latent space|linear complexity|linear layer
loss function|lottery jackpot|machine learning|masked language|material capture|measurement error|medical image
memory retrieval|mobile device|model architecture|model capacity|model design|model inference|model learning
model prediction|model size|model training|model weight|modular network|multi-scale feature|multimodal language model
multimodal large language model|multimodal LLM|multimodal model|natural image|natural language
natural language processing|nearest neighbor|network architecture|network design|network training|network visualization
neural model|neural network|next-frame prediction|noisy data|object category|object class|object detector
object removal|open question|output space|output token|parallel computing|parameter efficiency|parameter estimation
parameter generation|pattern recognition|perturbation analysis|pixel level|posterior distribution|power consumption
pre-trained language model|pre-trained model|pre-trained transformer|pre-training|pretrained model|random variable
recommendation|reconstruction error|reference guide|relative attention|representation alignment|RGB image|robustness
salient object|salient region|salient segmentation|sampling strategy|segmentation network|semantic information
sequence length|soft thresholding|source code|sparse mask|spatial relation|spectrum preservation|statistical learning
supervised learning|test set|text data|text description|text embedding|text encoder|text feature|text image|text input
text prompt|text recovery|text token|text understanding|textual description|textual token|token attention
token dynamics|token embedding|token fluctuation|token generation|token imbalance|token interaction|token position
token prediction|token representation|token representation learning|token similarity|token transformation
token uniformity|training data|training efficiency|training phase|training sample|training set|training stability
training strategy|training time|transformer architecture|transformer block|transformer fusion|transformer layer
transformer model|transformer network|unlabeled data|urban scene|user interest|user interface|user study|vector space
video comprehension|video content|video data|video frame|video sequence|visible token|vision encoder|vision language
vision model|vision task|vision token|vision-language|vision-language task|visual attribute|visual concept
visual content|visual cue|visual data|visual dependency|visual element|visual encoder|visual feature|visual genome
visual information|visual information extraction|visual input|visual inspection|visual instruction|visual language
visual perception|visual prior|visual recognition|visual representation|visual token|visual understanding
vocabulary size|word representation
"""
NOT_WHOLE = frozenset(phrase for line in _NOT_WHOLE.strip().split("\n") for phrase in line.split("|"))
"""Said so widely that no reader would look for it by itself."""

_SPELT = """
2D 3D 4D API AST BERT BPE CLIP CNN CoT CT CTC CTR CUDA DETR DINO ELBO FFN FPN FP8 GAN GCN GLUE GNN GPT GUI HTML ICL
ImageNet INT4 INT8 KV LASSO LIME LLaMA LLaVA LLM LMM LoRA LSTM LVLM MAE MIL MLLM MLM MLP MoE MRI MRF NeRF NER NLI NLP
NMT OCR ODE OOD PAC PCA PDE PEFT QA RAG RGB RGB-D RL RLHF RNN RoPE SAM SGD SHAP SQL SSL SSM SVD SVM TPU UI URL U-Net
VAE ViT VLM VLP VQ VQA VQ-VAE VQGAN WSI XAI YOLO COCO ADE20K CIFAR Bayesian Boltzmann Bregman Chinese Cholesky English
Euclidean Fisher Fourier French Gaussian German Granger Gromov Gumbel Hamiltonian Hessian Hilbert Hopfield Jacobian
Kantorovich Koopman Laplace Laplacian Lipschitz Mamba Markov Monte-Carlo Nesterov Newton Nyström Pareto Poisson
Riemannian Shannon Shapley Sinkhorn Taylor Wasserstein ASR BLEU CCA ECG EEG EHR FID GPU HOI IoU JEPA LM MoD NAS OT
ReLU ResNet RoI VOC Swin DeiT SLAM TTA VAD ZSL t-SNE VQ-GAN AI
Navier Stokes Mach Reynolds Prandtl Bessel Rayleigh Boolean Dewey
"""
SPELT = {word.lower(): word for word in _SPELT.split()}
"""Acronyms and names by their lower-case form; other words of a tag are written small."""

_HYPHENED = "auto bi co cross few inter intra meta multi non one post pre self semi sub super un zero"
HYPHENED = frozenset(_HYPHENED.split())
"""A first part that is joined to the next word by a hyphen."""

SINGULAR = {
    "news": "news", "reynolds": "reynolds", "stokes": "stokes", "bayes": "bayes", "mechanics": "mechanics",
    "analyses": "analysis", "axes": "axis", "biases": "bias", "bias": "bias", "caches": "cache", "canvas": "canvas",
    "hypotheses": "hypothesis", "indices": "index", "lens": "lens", "matrices": "matrix", "series": "series",
    "species": "species", "vertices": "vertex", "movies": "movie", "cookies": "cookie", "corpora": "corpus",
    "chaos": "chaos", "kudos": "kudos", "gas": "gas", "focuses": "focus", "basis": "basis", "bases": "basis",
    "parentheses": "parenthesis", "syntheses": "synthesis", "media": "media", "cues": "cue", "queries": "query",
}  # fmt: skip
"""Plurals that their ending does not tell."""

_SUBJECTS = """
layer layers information theory theories structure structures system systems material materials analysis analyses area
code memory service services condition conditions constant correlation demand development energy evaluation function
future implementation input level line loss material nature network order output paper papers parameter parameters
pattern patterns people period practice pressure problem problems process processes product products project quality
rate rates ratio research resource resources review role scale science scientific scope setting shear single source
special state states stage statistic statistics strength stress supply surface survey table technical technology
technologies test theory time total tool tools topic trade upper lower value wave world world years raw general public
direct free national physical structural numerical statistical light force high low small large standard standards
standard static stable steady thin wide stability search report reports support cover study case design designs control
benefit contribution
"""
SUBJECTS = frozenset(_SUBJECTS.split())
"""Said everywhere in our field, and part of what another field is about."""

GENERAL = frozenset(f"{_FUNCTION} {_VERBS} {_EMPTY}".split()) - SUBJECTS
"""No noun phrase that no list has holds one of these."""

ALIKE = {"visual": "vision", "imagery": "image", "recommender": "recommendation", "autoregression": "autoregressive"}
"""Words that make one phrase say what another says."""
