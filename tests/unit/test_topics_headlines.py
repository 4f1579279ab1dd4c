"""The three topics that readers come for, each in the ways that papers tell it, and what only sounds like it.

The abstracts are invented; each tells one subject as a paper would, in words that differ from example to example.
"""

from __future__ import annotations

import pytest

from site_builder import shipped
from site_builder.content.topics import read_topics
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.weights import load


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(read_topics(shipped.TOPICS.read_text("utf-8"), "topics.yaml"), load())


OF_THE_TOPIC = [
    (
        "token-pruning",
        "Half of the Picture Will Do",
        "Most patches of a photograph show sky. Our vision transformer merges similar tokens after each block, "
        "and the rest of the layers run on a quarter of them. Throughput doubles and accuracy stays.",
    ),
    (
        "token-pruning",
        "Which Words May Go?",
        "We drop unimportant tokens from layer to layer in a text encoder. A small head predicts what may be "
        "dropped, so that the number of tokens, and with it the cost, shrinks with depth.",
    ),
    (
        "token-pruning",
        "Short Memory, Long Talks",
        "The KV cache of a language model grows with every turn. We evict tokens that no recent query has looked "
        "at and keep the cache at a fixed budget, with no loss on long documents.",
    ),
    (
        "token-pruning",
        "A Narrow Bridge between Eye and Tongue",
        "Multimodal language models read hundreds of visual tokens for each image. We propose a connector that "
        "compresses visual tokens eightfold before the language model sees them.",
    ),
    (
        "token-pruning",
        "Saying Less to the Model",
        "Long prompts are dear. We study prompt compression: a small model deletes what the large one can guess, "
        "and the answers stay the same at a fifth of the length.",
    ),
    (
        "token-pruning",
        "Frames That Hardly Change",
        "Neighbouring frames repeat each other. Our video model finds the redundant tokens by motion and discards "
        "tokens of still regions, which cuts FLOPs by half.",
    ),
    (
        "token-pruning",
        "Downsampling Keys for Large Pictures",
        "Diffusion models of high resolution spend their time in attention. With token downsampling of keys and "
        "values, images come out twice as fast.",
    ),
    (
        "token-pruning",
        "Skipping Blocks Where Nothing Happens",
        "Easy tokens skip layers: a router lets tokens pass over a block, in the way of mixture-of-depths, and "
        "token skipping saves a third of the compute.",
    ),
    (
        "token-pruning",
        "Train on a Part of Each Image",
        "PatchDropout feeds only a part of the patches to a vision transformer. As it drops image patches at "
        "random, memory and computation fall while training is as good as before.",
    ),
    (
        "token-pruning",
        "Packing Short Sentences",
        "Batches are full of padding. By sequence packing we fill each row with several sentences, so that no "
        "computation is spent on pad tokens.",
    ),
    (
        "token-pruning",
        "Cheaper Segmentation with Fewer Patches",
        "We halt tokens that are already certain: token halting by confidence makes a plain transformer for "
        "segmentation faster without new training.",
    ),
    (
        "token-pruning",
        "Matryoshka Vision",
        "Nested sets of visual tokens let one model answer with 576 or with 9 of them; the number of tokens is "
        "chosen when it runs, by the compute at hand.",
    ),
    (
        "attention-sinks",
        "Why the First Word Gets It All",
        "In trained decoders the first token receives most of the attention, though it means nothing. We show "
        "that this attention sink lets a head do nothing, and when in training it appears.",
    ),
    (
        "attention-sinks",
        "Talking without End",
        "A window over the last words breaks a language model. If we keep initial tokens in the cache as sink "
        "tokens beside the window, it reads streams of millions of words.",
    ),
    (
        "attention-sinks",
        "A Few Enormous Numbers",
        "Very few activations of a large language model are a hundred thousand times larger than the rest. These "
        "massive activations sit at fixed dimensions of starting tokens and act as biases.",
    ),
    (
        "attention-sinks",
        "Empty Places in a Vision Transformer",
        "Feature maps of large models have artifacts: tokens of the background with abnormally high norm. A few "
        "register tokens take over what those patches did, and the maps become clean.",
    ),
    (
        "attention-sinks",
        "The Softmax Has to Put It Somewhere",
        "As softmax must sum to one, heads park attention on a token that says nothing. With softmax-off-by-one "
        "the sink tokens vanish and outliers with them.",
    ),
    (
        "attention-sinks",
        "Looking Past the Image",
        "We find that a multimodal language model gives disproportionate attention to text tokens and hardly any "
        "to image tokens. Mending this attention imbalance between modalities reduces made-up objects.",
    ),
    (
        "attention-sinks",
        "Separators Hold the Sentence",
        "Commas and other separator tokens draw an outsized share: heads attend to separators whatever stands "
        "before them, so that attention to punctuation can stand for the whole segment.",
    ),
    (
        "attention-sinks",
        "Quiet Heads",
        "Some heads are dormant: they give all their attention to the BOS token. We explain how such a BOS sink "
        "and value-state drains come about in a toy task.",
    ),
    (
        "attention-sinks",
        "Outliers Come from Doing Nothing",
        "Heads that want to change nothing drive activations up. Clipped softmax and gated attention give an "
        "outlier-free transformer, since no-op attention to a delimiter is no longer needed.",
    ),
    (
        "attention-sinks",
        "Blind Patches",
        "Certain image tokens take excessive attention though they show nothing of the question. We call them "
        "blind tokens and calibrate the decoder against them.",
    ),
    (
        "attention-sinks",
        "A Drain in Every Layer",
        "We describe an attention drain: in deep layers, most heads send their mass to a null token, and the "
        "drain grows with depth.",
    ),
    (
        "attention-sinks",
        "Registers without Training",
        "High-norm tokens hurt the maps of a frozen backbone. We move their outlier activations into an extra "
        "token at test time; these test-time registers need no training.",
    ),
    (
        "causal-ml",
        "Whom Does the Letter Help?",
        "From records of letters sent and bills paid we estimate heterogeneous treatment effects and say who "
        "should be written to. Hidden confounders are bounded.",
    ),
    (
        "causal-ml",
        "Arrows from Columns",
        "We recover a causal graph from observational data by tests of conditional independence, and bound the "
        "error of each edge.",
    ),
    (
        "causal-ml",
        "What If the Sky Were Green?",
        "A classifier relies on the background. We intervene on it in a structural causal model, make "
        "counterfactual images, and train on them.",
    ),
    (
        "causal-ml",
        "Which Layer Did It?",
        "By causal mediation analysis we measure how much of a model's answer about gender flows through each neuron.",
    ),
    (
        "causal-ml",
        "Learning What Does Not Change",
        "Across hospitals, only mechanisms stay. Invariant causal prediction finds features whose relation to the "
        "outcome is the same in each environment.",
    ),
    (
        "causal-ml",
        "Front Door, Back Door",
        "A caption model has learned which objects go together. With front-door adjustment we remove the unseen "
        "confounder between picture and words.",
    ),
    (
        "causal-ml",
        "Rules for Doing",
        "We decide by do-calculus which questions about interventions can be answered when some variables are "
        "never seen.",
    ),
    (
        "causal-ml",
        "Instruments with Leaks",
        "Instrumental variables that touch the outcome directly give biased estimates. We bound the average "
        "treatment effect nevertheless.",
    ),
    (
        "causal-ml",
        "Factors behind the Pixels",
        "Causal representation learning seeks latent causal variables. We prove identifiability from soft "
        "interventions.",
    ),
    (
        "causal-ml",
        "Does the Storm Bring the Flood?",
        "We find cause-effect relations in weather: Granger causality with neural networks tells which series "
        "drives which.",
    ),
    (
        "causal-ml",
        "Fair by Counterfactuals",
        "A decision is fair if it were the same for a person of another group. We train for counterfactual "
        "fairness with a causal model of the features.",
    ),
    (
        "causal-ml",
        "Trials That Never Were",
        "From health records we imitate a trial: propensity scores and doubly robust estimates give the effect of "
        "a treatment on survival.",
    ),
]

NOT_OF_THE_TOPIC = [
    (
        "token-pruning",
        "Thinner Layers",
        "We prune weights and attention heads of a language model. Structured pruning removes rows of each matrix "
        "and keeps perplexity over a billion training tokens.",
    ),
    (
        "token-pruning",
        "Smaller Words for Rich Grammars",
        "A subword tokenizer merges frequent pairs into tokens. Ours merges by morphemes, so that sentences need "
        "fewer tokens and the vocabulary covers rare forms.",
    ),
    (
        "token-pruning",
        "Two Bits for the Cache",
        "We quantize the KV cache to two bits with a scale for each channel; cache compression is fourfold and no "
        "token is lost.",
    ),
    (
        "token-pruning",
        "A Pyramid for Pictures",
        "Our hierarchical backbone halves the resolution between stages by patch merging, as is usual, and "
        "reaches a high accuracy on ImageNet.",
    ),
    (
        "token-pruning",
        "Drafting Ahead",
        "Speculative decoding proposes several tokens at once. Our draft model raises the number of tokens "
        "accepted in each step and the speedup with it.",
    ),
    (
        "token-pruning",
        "Looking at Neighbours Only",
        "Sparse attention lets each token attend to a window. All tokens are kept, and the cost is linear in "
        "their number.",
    ),
    (
        "token-pruning",
        "Money on a Ledger",
        "We compare how tokens of a currency are issued and burnt; reducing the supply of tokens raises the price.",
    ),
    (
        "token-pruning",
        "Which Words Mattered?",
        "We explain a black-box model by token importance: the important tokens of a sentence are found by "
        "removing one word after another.",
    ),
    (
        "token-pruning",
        "Breaking a Filter with Few Queries",
        "An adversarial text attack has to find the token to change. By bisection we reduce the queries needed "
        "for each token.",
    ),
    (
        "token-pruning",
        "Sensors That Agree",
        "A transformer fuses radar and camera: token fusion exchanges informative features between the two "
        "sensors, for poses in fog.",
    ),
    (
        "token-pruning",
        "Low Rank for Keys and Values",
        "We store keys and values of a language model in a low-rank form; latent attention makes the KV cache "
        "small without leaving out a position.",
    ),
    (
        "token-pruning",
        "Leaner Training Sets",
        "Dataset pruning removes easy examples. We keep a tenth of the images and train as well as before.",
    ),
    (
        "attention-sinks",
        "Where Do People Look?",
        "We predict eye fixations on posters. Viewers give most attention to faces and the first line.",
    ),
    (
        "attention-sinks",
        "Words That Count",
        "Attention scores tell how important each word is for the label; high attention scores fall on adjectives.",
    ),
    (
        "attention-sinks",
        "Carbon Stored by Trees",
        "We estimate the carbon sink of a forest from satellite images, with attention to clouds.",
    ),
    (
        "attention-sinks",
        "Kernels as Wide as the Image",
        "Large kernel attention replaces small convolutions in a network for segmentation of organs.",
    ),
    (
        "attention-sinks",
        "Outliers in a Cloud of Points",
        "A robust estimator rejects outliers among matches before two scans are registered; register and refine "
        "in turns.",
    ),
    (
        "attention-sinks",
        "Trusting the Machine Too Much",
        "People over-trust a robot that speaks politely. We measure it in a corridor.",
    ),
    (
        "attention-sinks",
        "Balancing Classes",
        "Rare classes are neglected because of class imbalance; samples seen late attract more of the loss.",
    ),
    (
        "attention-sinks",
        "Describing Functions in a Sentence",
        "For each method we generate summary tokens one by one with a retriever for source code.",
    ),
    (
        "attention-sinks",
        "Eight Bits for Weights",
        "Outliers of activations make quantization hard; we scale channels before rounding them to eight bits.",
    ),
    (
        "attention-sinks",
        "Two Colours in One Prompt",
        "A text-to-image model forgets one object of the prompt. We raise the attention to the word that was left out.",
    ),
    (
        "attention-sinks",
        "Faster Softmax on a Chip",
        "We compute softmax in blocks, so that attention needs no large matrix in memory.",
    ),
    (
        "attention-sinks",
        "A Register of Births",
        "We read handwriting in registers of the parish; the first line of each page and its punctuation are faded.",
    ),
    (
        "causal-ml",
        "One Word after Another",
        "We train a causal language model with a causal mask; causal self-attention lets each position see the "
        "past alone.",
    ),
    (
        "causal-ml",
        "Sound without Delay",
        "Causal convolutions and a causal encoder make speech enhancement work in a streaming manner.",
    ),
    (
        "causal-ml",
        "Frames in Order",
        "A causal video tokenizer codes each frame from frames before it, and an autoregressive model with causal "
        "attention draws what comes next.",
    ),
    (
        "causal-ml",
        "Regret in Poker",
        "Counterfactual regret minimization with a network plays heads-up poker; counterfactual regret falls with "
        "each iteration.",
    ),
    (
        "causal-ml",
        "Credit in a Team of Agents",
        "Each agent learns with a counterfactual baseline, as in counterfactual multi-agent policy gradients.",
    ),
    (
        "causal-ml",
        "A Helping Hand",
        "The robot asks for human interventions when it is unsure; with each intervention of the operator the "
        "policy improves.",
    ),
    (
        "causal-ml",
        "Treating Steel",
        "Surface treatment of steel changes its hardness. We predict hardness after heat treatment.",
    ),
    (
        "causal-ml",
        "Points on Several Planes",
        "Subspace clustering fails near crossings, where confounding points belong to two planes.",
    ),
    (
        "causal-ml",
        "Networks That Turn with Their Input",
        "We build equivariant networks whose features are invariant to rotation; invariance holds for any angle.",
    ),
    (
        "causal-ml",
        "Imagining What a Robot Could Do",
        "A vision-language model tells potential outcomes of an action before the arm moves.",
    ),
    (
        "causal-ml",
        "Music That Answers",
        "An instrument with sensors is played by a neural network; instruments of an orchestra join.",
    ),
    (
        "causal-ml",
        "A Filter for Pedals",
        "We estimate the torque at the hip; causal estimators use past samples only, so that the exoskeleton "
        "reacts in time.",
    ),
]


def of(topic: str, examples: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [example for example in examples if example[0] == topic]


@pytest.mark.parametrize(("topic", "title", "text"), OF_THE_TOPIC)
def test_a_subject_told_in_its_own_words_is_found(topic: str, title: str, text: str, analyser: Analyser) -> None:
    assert topic in {evidence.topic for evidence in analyser.decide(title, text)}


@pytest.mark.parametrize(("topic", "title", "text"), NOT_OF_THE_TOPIC)
def test_what_only_sounds_like_it_is_left_out(topic: str, title: str, text: str, analyser: Analyser) -> None:
    assert topic not in {evidence.topic for evidence in analyser.decide(title, text)}


@pytest.mark.parametrize("topic", ["token-pruning", "attention-sinks", "causal-ml"])
def test_each_of_the_three_has_a_dozen_examples_of_either_kind(topic: str) -> None:
    assert len(of(topic, OF_THE_TOPIC)) >= 12
    assert len(of(topic, NOT_OF_THE_TOPIC)) >= 12
