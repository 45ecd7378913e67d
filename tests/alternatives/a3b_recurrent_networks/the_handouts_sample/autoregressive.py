# Allowed: the handout's own function
import torch
import torch.distributions as dist
import torch.nn.functional as F


def sample(lnprobs, temperature=1.0):
    if temperature == 0.0:
        return lnprobs.argmax()
    p = F.softmax(lnprobs / temperature, dim=0)
    cd = dist.Categorical(p)
    return cd.sample()


def generate(model, seed, end, max_length, temperature=1.0):
    seq = seed.copy()
    model.eval()
    for _ in range(max_length - len(seq)):
        output = model(torch.tensor(seq)[None, :])
        token = sample(output[0, -1, :], temperature)
        seq.append(token)
        if token == end:
            return seq
    return seq
