# Allowed: the text says "embed it, and feed it in as the next input"; "(or sample from the distribution)"
import torch
from torch import nn

from collate import EOS, PAD, SOS


class OneToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_authors=3):
        super().__init__()
        self.author_embedding = nn.Embedding(num_authors, hidden_size)
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)

    def start(self, authors):
        h = self.author_embedding(authors).unsqueeze(0)
        return h, torch.zeros_like(h)

    def step(self, tokens, state):
        outputs, state = self.lstm(self.embedding(tokens), state)
        return self.head(outputs), state

    def forward(self, authors, inputs):
        return self.step(inputs, self.start(authors))[0]


class ManyToMany(nn.Module):
    def __init__(self, vocab_size, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)

    def step(self, tokens, state=None):
        outputs, state = self.lstm(self.embedding(tokens), state)
        return self.head(outputs), state

    def forward(self, inputs):
        return self.step(inputs)[0]


def pick(logits, greedy, temperature=0.8, k=5):
    if greedy:
        return logits.argmax().item()
    scores, ids = (logits / temperature).topk(min(k, len(logits)))
    return ids[torch.distributions.Categorical(logits=scores).sample()].item()


@torch.no_grad()
def generate_sentence(model, author, vocab, max_length=200, greedy=False):
    """One step at a time; the state is carried by hand."""
    model.eval()
    names = {number: symbol for symbol, number in vocab.items()}
    state = model.start(torch.tensor([author]))
    token, out = vocab[SOS], []
    for _ in range(max_length):
        logits, state = model.step(torch.tensor([[token]]), state)
        token = pick(logits[0, 0], greedy)
        if token == vocab[EOS]:
            break
        if token not in (vocab[PAD], vocab[SOS]):
            out.append(names[token])
    return "".join(out)


@torch.no_grad()
def generate_text(model, vocab, prompt="The summer", length=150, greedy=False):
    """Special tokens are fed back but not printed; only the new characters are returned."""
    model.eval()
    names = {i: s for s, i in vocab.items()}
    state, logits = None, None
    for token in [vocab[SOS]] + [vocab[c] for c in prompt if c in vocab]:
        logits, state = model.step(torch.tensor([[token]]), state)
    out = []
    while len(out) < length:
        scores = logits[0, -1]
        token = pick(scores, greedy)
        if token not in (vocab[PAD], vocab[SOS], vocab[EOS]):
            out.append(names[token])
        logits, state = model.step(torch.tensor([[token]]), state)
    return "".join(out)
