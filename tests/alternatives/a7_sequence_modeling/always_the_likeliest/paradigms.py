# Allowed: the text says "take the argmax (or sample from the distribution)"
import torch

from collate import EOS, PAD, SOS, encode


def generate_sentence(model, author, vocab, max_length=200, greedy=False):
    """Stops at any special token."""
    model.eval()
    characters = {number: character for character, number in vocab.items()}
    tokens = torch.full((1, 1), vocab[SOS])
    with torch.no_grad():
        for _ in range(max_length):
            best = model(torch.LongTensor([author]), tokens)[:, -1].argmax(dim=-1, keepdim=True)
            if best.item() in (vocab[EOS], vocab[SOS], vocab[PAD]):
                break
            tokens = torch.cat([tokens, best], dim=1)
    return "".join(characters[number] for number in tokens[0, 1:].tolist())


def generate_text(model, vocab, prompt="The summer", length=150, greedy=False):
    """`length` characters in all, the prompt among them; the likeliest that is no special token."""
    was_training = model.training
    model.eval()
    characters = {number: character for character, number in vocab.items()}
    known = "".join(character for character in prompt if character in vocab)
    tokens = torch.tensor([[vocab[SOS]] + encode(known, vocab)])
    allowed = [number for number, character in characters.items() if len(character) == 1]
    text = prompt
    with torch.inference_mode():
        while len(text) < length:
            scores = model(tokens)[0, -1, allowed]
            best = allowed[scores.argmax()]
            tokens = torch.cat([tokens, torch.tensor([[best]])], dim=1)
            text += characters[best]
    model.train(was_training)
    return text
