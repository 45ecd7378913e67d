# Allowed: the norm of all gradients clipped to 1.0, in any code; Adam without decay is Adam

import numpy as np
import torch


def clip(parameters, most=1.0):
    parameters = [p for p in parameters if p.grad is not None]
    norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
    if norm > most:
        for p in parameters:
            p.grad.mul_(most / norm)


def train_lstm(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0)
    losses, norms, val = [], [], []
    for epoch in range(epochs):
        model = model.train()
        for _step, (x, y) in enumerate(train_loader):
            model.zero_grad()
            out, (h, c) = model(x)
            loss = lm_loss(out, y, 0, "mean")
            loss.backward()
            norms.append(np.float64(l2_grad_norm_recurrent(model)))
            clip(model.parameters())
            optimizer.step()
            losses.append(loss.item())
        val.append(evaluate(model, valid_loader, pad_id=0))
        print("epoch", epoch, "perplexity", val[-1][1])
    return {
        "train_loss": losses,
        "train_pp": list(np.exp(losses)),
        "grad_norm_hh": norms,
        "val": val,
    }, model
