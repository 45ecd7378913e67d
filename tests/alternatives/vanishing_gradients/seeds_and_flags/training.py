# Allowed: all generators are seeded; cuDNN may be told to be deterministic as well
import os
import random

import numpy
import torch


def set_seed(seed=1337):
    os.environ["PYTHONHASHSEED"] = str(seed)
    torch.random.manual_seed(seed)
    numpy.random.seed(seed)
    random.seed(a=seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed(seed)
        torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
