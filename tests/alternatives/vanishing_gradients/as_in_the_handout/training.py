# Allowed: the handout's own loops: a global device, a bar, the recurrent weight by its attribute
import math
from typing import Dict, List, Optional, Tuple

import torch
import torch.nn as nn
from tqdm.auto import tqdm

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@torch.no_grad()
def evaluate(model: nn.Module, data_loader, pad_id: int = 0) -> Tuple[float, float]:
    model.eval()
    total_loss_sum = 0.0
    total_tokens = 0
    for x, y in data_loader:
        x = x.to(next(model.parameters()).device)
        y = y.to(next(model.parameters()).device)
        logits, _ = model(x)
        loss_sum = lm_loss(logits, y, ignore_index=pad_id, reduction="sum")
        valid = (y != pad_id).sum().item()
        total_loss_sum += loss_sum.item()
        total_tokens += max(1, valid)
    mean_loss = total_loss_sum / max(1, total_tokens)
    perplexity = math.exp(mean_loss)
    return mean_loss, perplexity


def l2_grad_norm_recurrent(model: nn.Module) -> float:
    total_sq = 0.0
    count = 0
    for name, p in model.named_parameters():
        if ("weight_hh" in name) and (p.grad is not None):
            total_sq += (p.grad.detach().float().norm(p=2).item()) ** 2
            count += 1
    return (total_sq**0.5) if count > 0 else 0.0


def train_rnn(model, train_loader, valid_loader, epochs: int = 2, lr: float = 1e-3):
    model.to(device)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    logs = {"train_loss": [], "train_pp": [], "grad_norm_rhh": [], "val": []}
    for ep in range(1, epochs + 1):
        model.train()
        pbar = tqdm(train_loader, desc=f"RNN Epoch {ep}")
        for x, y in pbar:
            x = x.to(device)
            y = y.to(device)
            logits, _ = model(x)
            loss = lm_loss(logits, y)
            opt.zero_grad(set_to_none=True)
            loss.backward()
            rhh = model.rnn_cell.weight_hh
            grad_norm = rhh.grad.detach().norm(2).item() if rhh.grad is not None else 0.0
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            opt.step()
            logs["train_loss"].append(loss.item())
            logs["train_pp"].append(math.exp(loss.item()))
            logs["grad_norm_rhh"].append(grad_norm)
            pbar.set_postfix(loss=f"{loss.item():.3f}", grad=f"{grad_norm:.4e}")
        val_loss, val_pp = evaluate(model, valid_loader)
        logs["val"].append((val_loss, val_pp))
        print(f"[RNN] Epoch {ep}: val_loss={val_loss:.3f}, val_pp={val_pp:.1f}")
    return logs, model


def _find_lstm_recurrent_weight(model: nn.Module) -> Optional[torch.nn.Parameter]:
    if hasattr(model, "lstm") and hasattr(model.lstm, "weight_hh_l0"):
        return model.lstm.weight_hh_l0
    return None


def train_lstm(model, train_loader, valid_loader, epochs: int = 2, lr: float = 1e-3):
    model.to(device)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    logs: Dict[str, List] = {"train_loss": [], "train_pp": [], "grad_norm_hh": [], "val": []}
    recurrent_w = _find_lstm_recurrent_weight(model)
    for ep in range(1, epochs + 1):
        model.train()
        for x, y in tqdm(train_loader, desc=f"LSTM Epoch {ep}"):
            logits, _ = model(x.to(device))
            loss = lm_loss(logits, y.to(device), ignore_index=0, reduction="mean")
            opt.zero_grad(set_to_none=True)
            loss.backward()
            grad_norm = recurrent_w.grad.detach().float().norm(p=2).item()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            opt.step()
            loss_val = loss.item()
            logs["train_loss"].append(loss_val)
            logs["train_pp"].append(math.exp(loss_val))
            logs["grad_norm_hh"].append(grad_norm)
        logs["val"].append(evaluate(model, valid_loader))
    return logs, model
