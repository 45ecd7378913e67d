# Allowed: clip_grad_norm_ returns the norm before clipping, of whichever tensors it is given
import math

import torch
from torch import nn


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "train_pp": [], "grad_norm_rhh": [], "val": [], "lr": lr}
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            logits, _ = model(x.to(device))
            loss = lm_loss(logits, y.to(device))
            loss.backward()
            recurrent = [p for n, p in model.named_parameters() if "weight_hh" in n]
            history["grad_norm_rhh"].append(nn.utils.clip_grad_norm_(recurrent, float("inf")).item())
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            history["train_loss"] += [loss.detach().cpu().item()]
        history["val"] += [list(evaluate(model, valid_loader))]
    history["train_pp"] = [math.exp(loss) for loss in history["train_loss"]]
    return history, model
