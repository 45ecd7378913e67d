# Allowed: "training requires implementing a dataloader, a training loop, etc.": how is open
import random

import torch
from torch import nn


def train_classifier_epoch(model, batches, labels, optimizer):
    model.train()
    criterion = nn.CrossEntropyLoss()
    running = 0.0
    random.shuffle(batches)
    for x, idx in batches:
        y = torch.tensor([labels[i] for i in idx.tolist()])
        out = model(x)
        loss = criterion(out, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        running += loss.item()
    return running / len(batches)


@torch.no_grad()
def classifier_accuracy(model, batches, labels):
    model.eval()
    correct = total = 0
    for x, idx in batches:
        pred = torch.max(model(x), 1)[1]
        for p, i in zip(pred.tolist(), idx.tolist(), strict=True):
            correct += int(p == labels[i])
            total += 1
    return correct / total
