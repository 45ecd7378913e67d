# Allowed: the norm is one number; a plain float or a tensor of one element
import torch


def l2_grad_norm_recurrent(model):
    total = torch.zeros(())
    for name, parameter in model.named_parameters():
        if parameter.grad is None or "weight_hh" not in name:
            continue
        total = total + parameter.grad.data.pow(2).sum()
    return total.sqrt().item()
