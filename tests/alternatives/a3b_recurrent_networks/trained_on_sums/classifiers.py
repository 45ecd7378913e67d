# Allowed: the loss may be a sum for backward as long as a mean is returned; labels as a tensor
import torch
import torch.nn.functional as F


def train_classifier_epoch(model, batches, labels, optimizer):
    labels = torch.tensor(labels)
    device = next(model.parameters()).device
    total, count = 0.0, 0
    model.train()
    for k in torch.randperm(len(batches)).tolist():
        tokens, indices = batches[k]
        loss = F.nll_loss(
            F.log_softmax(model(tokens.to(device)), dim=-1), labels[indices].to(device), reduction="sum"
        )
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += float(loss)
        count += tokens.size(0)
    return total / count


def classifier_accuracy(model, batches, labels):
    model.eval()
    labels = torch.tensor(labels)
    with torch.no_grad():
        hits = torch.cat([model(tokens).argmax(-1) == labels[indices] for tokens, indices in batches])
    return hits.float().mean()
