# Allowed: log-softmax and negative log-likelihood are cross-entropy
import torch
from torch import nn


def count_parameters(model):
    return sum(
        weights.nelement() for weights in model.state_dict(keep_vars=True).values() if weights.requires_grad
    )


def train_classifier(model, loader, epochs, lr):
    device = next(iter(model.parameters())).device
    optimizer = torch.optim.Adam([{"params": model.parameters(), "lr": lr}])
    criterion = nn.NLLLoss(reduction="sum")
    model.train()
    history = []
    for _ in range(epochs):
        running, count = torch.zeros((), device=device), 0
        for tokens, lengths, authors in loader:
            tokens, lengths, authors = tokens.to(device), lengths.to(device), authors.to(device)
            optimizer.zero_grad(set_to_none=False)
            log_probabilities = torch.log_softmax(model(tokens, lengths), dim=1)
            loss = criterion(log_probabilities, authors)
            (loss / authors.shape[0]).backward()
            optimizer.step()
            running += loss.detach()
            count += authors.shape[0]
        history.append(float(running) / count)
    return history


def accuracy(model, loader):
    model.eval()
    right = total = 0
    device = next(iter(model.parameters())).device
    for tokens, lengths, authors in loader:
        with torch.no_grad():
            scores = model(tokens.to(device), lengths.to(device))
        for guess, author in zip(scores.argmax(-1).tolist(), authors.tolist(), strict=True):
            right += guess == author
            total += 1
    return right / total
