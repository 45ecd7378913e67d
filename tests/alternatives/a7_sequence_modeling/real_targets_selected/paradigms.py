# Allowed: the text says "e.g., ignore_index=0"
import torch
import torch.nn.functional as F

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
temperature = 0.7


def token_loss(logits, targets):
    keep = targets.ne(0)
    return F.nll_loss(F.log_softmax(logits[keep], dim=1), targets[keep])


def choose(logits, greedy):
    if greedy:
        return logits.max(dim=-1).indices.item()
    return torch.multinomial(torch.exp(torch.log_softmax(logits / temperature, dim=-1)), 1).item()
