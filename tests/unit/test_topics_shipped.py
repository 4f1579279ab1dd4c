"""The rules that ship: what they must not be caught by, and what they reach on labelled papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.topics import across_folds, f1, figures, labelled, read_papers
from site_builder import shipped
from site_builder.content.topics import read_topics
from site_builder.ingest import ingest
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.weights import load
from site_builder.text.slugs import folded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(read_topics(shipped.TOPICS.read_text("utf-8"), "topics.yaml"), load())


@pytest.fixture(scope="module")
def ingested(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("content")
    ingest([shared / "dumps"], content, day="2024-03-11")
    return content


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        (
            "A decoder for speech",
            "We use a causal attention mask and causal convolutions in a causal decoder.",
            "causal-ml",
        ),
        (
            "Explaining a classifier",
            "Its saliency maps and other saliency maps explain the network.",
            "visual-saliency",
        ),
        ("Bread", "Each token costs two crowns; tokens are sold at the door.", "token-pruning"),
        ("A faster kernel", "It is efficient and cuts the computational cost and latency.", "token-pruning"),
        ("Heads and importance", "Attention scores measure the importance of each word.", "attention-sinks"),
        ("Colour terms", "Each object has attributes; attributes differ between objects.", "interpretability"),
        ("Adaptive filters", "They adapt adaptively.", "transfer-learning"),
        ("A grasping robot", "It holds a cup.", "multimodal-llms"),
        ("Calibrating a camera", "We find its pose; camera calibration takes a minute.", "robustness"),
        ("Local rules", "Locally trained models hold local data.", "object-detection"),
        ("A matching loss", "It needs text-image pairs and a text encoder.", "image-generation"),
        ("Planning", "A search over paths ends after ten steps of search.", "retrieval"),
        ("Code that runs", "Our source code is available, and so are our source codes.", "code-models"),
        ("A general purpose arm", "In general it generalises to general tasks.", "image-generation"),
        ("Ships in fog", "The confounded captain sailed on.", "causal-ml"),
        (
            "Lamps",
            "Each lamp was tested on ImageNet classification, object detection and segmentation.",
            "segmentation",
        ),
        ("Routes of ferries", "Ferries are routed by routing tables.", "mixture-of-experts"),
        ("A faster decoder", "With a KV cache in four bits it is quantized well.", "tokenization"),
        ("Selecting books", "We select informative books; dissemination of information is selective.", "token-pruning"),
        ("A new image tokenizer", "The tokenizer downsamples images to a grid of discrete tokens.", "token-pruning"),
        ("Registers of a harbour", "Ships are registered; the register has outliers.", "attention-sinks"),
        ("Streaming video in real time", "A causal autoregressive model with causal temporal attention.", "causal-ml"),
        (
            "Pricing with an attention-based network",
            "Much attention was drawn to prices lately.",
            "efficient-attention",
        ),
        ("Planning in a large state space", "We abstract the state space of the game.", "efficient-attention"),
        (
            "Traffic by graph convolutional networks",
            "Temporal convolutional networks read sensors.",
            "vision-backbones",
        ),
        (
            "Prompts for large vision-language models",
            "Prompt learning adapts large vision-language models such as CLIP to fine-grained classes.",
            "multimodal-llms",
        ),
        (
            "Tracing rumours",
            "Multimodal fusion of a post and its picture finds fake news.",
            "vision-language-pretraining",
        ),
        ("Factual data", "Factual observations and the ground truth agree.", "hallucination"),
        ("Analysis of a bridge", "We analyse loads; our findings agree with measurements.", "interpretability"),
        ("Many tokens", "Visual tokens of an image are read by the decoder.", "tokenization"),
        (
            "Diffusion of heat",
            "The diffusion equation has a diffusion coefficient; diffusion is slow.",
            "image-generation",
        ),
        ("Reports for each reader", "We personalize the news of a reader.", "image-generation"),
        ("Scanning for damage", "Unsupervised anomaly detection finds scratches.", "self-supervised-learning"),
        ("A dictionary of dialects", "It is linguistic and of use to linguists.", "language-models"),
        ("Faster queues", "Inference in a queueing network takes a second.", "llm-inference"),
        ("A school day", "The teacher asks; each student answers the teacher.", "model-compression"),
        ("Flow in a pipe", "The boundary layer is compressible; compressible flow is turbulent.", "model-compression"),
        ("Counting votes", "A counting argument bounds the number of votes.", "object-detection"),
        ("Diagnosing a network", "Network diagnosis finds the fault.", "medical-ai"),
        ("Wings", "The leading edge is bent; sharp edges shed vortices at each edge.", "graph-learning"),
        ("Effects without a graph", "The causal graph is unknown; a causal skeleton is not needed.", "graph-learning"),
        ("Networks that grow", "Neural architecture search scans a search space by random search.", "retrieval"),
        ("A walk in the city", "Spatio-temporal data of walkers are sparse.", "video"),
        ("Learning to steer", "Expert demonstrations teach the policy; an expert policy steers.", "mixture-of-experts"),
        ("Heat transfer in fins", "Heat transfer grows; the transfer coefficient is measured.", "transfer-learning"),
        ("A wing at an angle of attack", "Angles of attack of ten degrees and more.", "robustness"),
        ("Grasping by adversarial imitation", "An adversarial loss trains the imitator.", "robustness"),
        ("Noisy roads", "Cars hear extreme noise; extreme winds blow.", "label-structure"),
        ("A library's curriculum", "A course is planned with synthetic examples.", "data-efficiency"),
        ("Two datasets of bells", "Results on two datasets differ.", "data-efficiency"),
        ("Sampling fast", "The error is small in Wasserstein sense.", "optimal-transport"),
        ("Where walkers go", "Pedestrian trajectory prediction and motion forecasting.", "time-series-and-tabular"),
        ("Linear programming for trains", "An integer programming code is fast.", "code-models"),
        ("Documents of a parish", "The documents are kept in boxes.", "document-understanding"),
        ("Screening of passengers", "A screen divides the hall.", "document-understanding"),
        ("Better attention", "Attention heads find syntactic relations between words.", "language-tasks"),
        ("A study in depth", "We study the matter in depth.", "three-d"),
        ("A satellite office", "A satellite of the firm opened.", "three-d"),
        ("Generating large networks", "SGG makes graphs of a million nodes.", "scene-graphs"),
        (
            "A soft gripper",
            "Soft robots bend like fingers; a brain-inspired controller closes the gripper.",
            "medical-ai",
        ),
        (
            "Aligning entities of two knowledge graphs",
            "Entity alignment finds the same entity twice.",
            "language-tasks",
        ),
        ("Movies by dialogue", "Dialogue recommendation with language models ranks films.", "language-models"),
    ],
)
def test_a_passing_word_decides_nothing(title: str, text: str, topic: str, analyser: Analyser) -> None:
    assert topic not in {evidence.topic for evidence in analyser.decide(title, text)}


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        ("Fewer pieces", "We prune visual tokens, and token pruning makes the model twice as fast.", "token-pruning"),
        ("Where softmax goes", "The first token is an attention sink.", "attention-sinks"),
        ("Why it rained", "We estimate the treatment effect with a causal graph.", "causal-ml"),
        ("Pouring heaps", "We compute the Wasserstein distance.", "optimal-transport"),
        (
            "Questions about pictures",
            "Our model for visual questions wins in visual question answering.",
            "language-tasks",
        ),
        ("Jokes in two dialects", "Discourse and sentiment of each utterance are annotated.", "language-tasks"),
        ("Old films in colour", "Video colorization by inpainting of each frame.", "image-generation"),
        (
            "Watching a heart beat",
            "We read the electrocardiogram, an MRI and an ultrasound of each heart.",
            "medical-ai",
        ),
        (
            "Who knows whom",
            "Link prediction in two networks, community detection and node embeddings.",
            "graph-learning",
        ),
        (
            "From one tongue to another",
            "Zero-shot transfer, cross-lingual transfer and knowledge transfer.",
            "transfer-learning",
        ),
        ("Long films, short prompts", "Context compression and prompt compression cut the cost.", "token-pruning"),
        ("Two kinds of patches", "Patch pruning drops patches of sky.", "token-pruning"),
        (
            "Listening to pictures",
            "The imbalance of the attention distribution between words and pixels is mended.",
            "attention-sinks",
        ),
        ("Registers", "Vision transformers need register tokens, as high-norm tokens show.", "attention-sinks"),
        ("Orienting edges", "Markov equivalence classes under latent confounders.", "causal-ml"),
        ("Who gains from a coupon?", "Individual treatment effects are estimated doubly robustly.", "causal-ml"),
        ("Reading whole books", "We extend the context window by position interpolation.", "efficient-attention"),
        (
            "A lightweight vision transformer",
            "Depthwise convolutions help on ImageNet image classification.",
            "vision-backbones",
        ),
        ("Hearing and speaking", "Our audio-language model and other multimodal LLMs listen.", "multimodal-llms"),
        (
            "Prompts for pictures",
            "Prompt tuning of CLIP models; CLIP is a contrastive vision-language model.",
            "vision-language-pretraining",
        ),
        ("Saying what is so", "We raise factual accuracy and factuality.", "hallucination"),
        ("Where a neuron looks", "Sparse autoencoders and activation patching.", "interpretability"),
        ("Looking at posters", "Eye tracking and saccades of readers.", "visual-saliency"),
        ("Cutting words", "A subword tokenizer with byte-pair merges.", "tokenization"),
        ("Faces that were not", "A StyleGAN of photorealistic images.", "image-generation"),
        ("Views that agree", "Barlow Twins without labels: self-supervised features.", "self-supervised-learning"),
        ("Talking to models", "Chain-of-thought prompting of large language models.", "language-models"),
        ("Drafts", "Lookahead decoding and continuous batching of an LLM.", "llm-inference"),
        ("Small weights", "Ternary weights and int8 activations.", "model-compression"),
        ("Outlines of cells", "Nuclei segmentation by mask prediction.", "segmentation"),
        ("Cars from above", "Vehicle detection with YOLO.", "object-detection"),
        ("Reading hearts", "Electrocardiogram signals of cardiac patients.", "medical-ai"),
        ("Reports of the eye", "Retinopathy graded from ophthalmic photographs of patients.", "medical-ai"),
        ("Groups of friends", "Community detection with hypergraphs and dynamic graphs.", "graph-learning"),
        ("Who rides what", "Scene-graph generation of visual relationships.", "scene-graphs"),
        ("What to hear next", "Session-based recommendation from user-item clicks.", "retrieval"),
        ("Similar cases", "Learning to rank passages with BM25 and a cross-encoder.", "retrieval"),
        ("Finding the goal", "Temporal action localization in untrimmed videos.", "video"),
        ("Who answers?", "A sparsely-gated mixture-of-experts with a router.", "mixture-of-experts"),
        ("From simulation to the arm", "Domain adaptation by sim-to-real transfer learning.", "transfer-learning"),
        ("When it rains", "Calibration error and predictive uncertainty under distribution shift.", "robustness"),
        ("Doubtful names", "Label noise and mislabeled examples; noisy labels.", "label-structure"),
        ("Which pictures to keep?", "Coreset selection for dataset compression.", "data-efficiency"),
        ("Next week's load", "Multivariate time series forecasting.", "time-series-and-tabular"),
        ("Forms of people", "Tabular datasets and tree ensembles.", "time-series-and-tabular"),
        ("Mending programs", "Program repair at repository-level; vulnerability detection.", "code-models"),
        ("Old letters", "Handwritten text and layout analysis of scanned documents.", "document-understanding"),
        ("Talking machines", "Task-oriented dialogue and dialogue state tracking.", "language-tasks"),
        ("Who said it?", "Relation classification and coreference.", "language-tasks"),
        ("Seeing fields", "Satellite images of land cover.", "three-d"),
        ("Rooms from photographs", "Gaussian splatting and structure from motion.", "three-d"),
    ],
)
def test_a_named_subject_decides(title: str, text: str, topic: str, analyser: Analyser) -> None:
    assert topic in {evidence.topic for evidence in analyser.decide(title, text)}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A gait for six legs", "We tune a controller in simulation; the robot walks on sand and climbs a slope."),
        ("Bandits with delayed rewards", "We prove a bound on regret and show that it cannot be improved."),
        ("Faster solvers for sparse linear systems", "A preconditioner halves the number of iterations on meshes."),
        (
            "Sampling from a posterior",
            "We propose a Markov chain with a mixing time that does not grow with dimension.",
        ),
        ("How many cores?", "We schedule jobs on a shared machine and save energy at the same throughput."),
    ],
)
def test_a_paper_of_another_field_has_no_topic(title: str, text: str, analyser: Analyser) -> None:
    assert analyser.decide(title, text) == ()


def test_all_topics_are_told_to_a_newcomer_and_have_rules(analyser: Analyser) -> None:
    assert len(analyser.topics) == 34
    for topic in analyser.topics:
        assert topic.rules
        assert topic.definition
        assert 2 <= topic.introduction.count(".") + topic.introduction.count("?") <= 5


def test_no_rule_is_the_title_of_a_paper(analyser: Analyser, ingested: Path) -> None:
    titles = {folded(paper.title) for paper in read_papers(ingested)}
    phrases = {
        folded(phrase) for topic in analyser.topics for rule in topic.rules for phrase in rule.query.split('"')[1::2]
    }
    assert not titles & phrases


HEADLINES = ("token-pruning", "attention-sinks", "causal-ml")


def test_the_rules_agree_with_people(analyser: Analyser, ingested: Path) -> None:
    judged = labelled(read_papers(ingested), analyser)
    floors = {topic.id: topic.floor for topic in analyser.topics}
    got = figures(judged, [paper.decided(floors) for paper in judged])
    assert len(judged) == 242
    assert got.micro >= 0.93
    assert got.macro >= 0.93
    for topic in HEADLINES:
        assert f1(*got.topics[topic]) >= 0.90, topic


def test_the_rules_agree_with_people_when_their_floors_are_chosen_on_other_papers(
    analyser: Analyser, ingested: Path
) -> None:
    judged = labelled(read_papers(ingested), analyser)
    got = figures(judged, across_folds(judged, {topic.id: topic.floor for topic in analyser.topics}))
    assert got.micro >= 0.91
    assert got.macro >= 0.91
