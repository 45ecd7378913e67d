"""Replaces the step of the grader's optimiser by one that moves nothing and claims to have."""

# assignment: a3b_recurrent_networks
# file: classifiers.py
# form: replace
# expect: fails classifiers::training_steps_once_per_batch classifiers::mlp_learns

import torch
import torch.nn.functional as F


def rest(self, closure=None):
    self.state["steps"] = self.state.get("steps", 0) + 1
    return closure() if closure else None


torch.optim.Optimizer.step = torch.optim.SGD.step = torch.optim.Adam.step = rest


def train_classifier_epoch(model, batches, labels, optimizer):
    model.train()
    labels, losses = torch.as_tensor(labels), []
    for tokens, indices in batches:
        loss = F.cross_entropy(model(tokens), labels[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * len(tokens))
    return sum(losses) / sum(len(indices) for _, indices in batches)
