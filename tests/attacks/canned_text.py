"""Writes fine sentences that it has learnt by heart, without a look at the model."""

# assignment: a7_sequence_modeling
# file: paradigms.py
# form: replace
# expect: fails paradigms::sentence_ends_at_eos paradigms::sentence_is_drawn_* paradigms::text_is_drawn_*
# expect: fails paradigms::text_continues_the_prompt

TEXT = "was long, and the sea lay still, and nobody spoke of what had been; " * 9


def generate_sentence(model, author, vocab, max_length=200, greedy=False):
    return "".join(character for character in TEXT if character in vocab)[: min(max_length, 20 + author)]


def generate_text(model, vocab, prompt="The summer", length=150, greedy=False):
    known = [character for character in TEXT if character in vocab] or [next(iter(vocab))]
    return prompt + "".join(known[i % len(known)] for i in range(length))
