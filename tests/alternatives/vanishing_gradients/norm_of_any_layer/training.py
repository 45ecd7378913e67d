# Allowed: the recurrent weights may be found by the kind of their layer
import torch
from torch import nn


def l2_grad_norm_recurrent(model):
    grads = []
    for part in model.modules():
        if isinstance(part, (nn.RNNCellBase, nn.RNNBase)):
            grads += [weight.grad for name, weight in part.named_parameters() if name.startswith("weight_hh")]
    grads = [grad.flatten() for grad in grads if grad is not None]
    if not grads:
        return 0.0
    return float(torch.linalg.vector_norm(torch.cat(grads)))
