"""Names of PyTorch that these courses use, by what has them: to tell which one was meant by a misspelt one.

The grader does not import torch to look: a unit's process has neither the memory nor the time for it.
"""

from __future__ import annotations

TENSOR = "a tensor"

_BOTH = """
    abs add all allclose any argmax argmin argsort bmm ceil chunk clamp cos count_nonzero cumprod cumsum
    detach diag diff div dot equal erf exp flatten flip floor gather gt index_select isfinite isinf isnan ge
    le log log2 log_softmax logsumexp lt masked_fill masked_select matmul max maximum mean median min minimum
    mm movedim mul multinomial mv narrow ne neg nonzero norm numel outer permute pow prod reciprocal relu
    repeat_interleave reshape roll round rsqrt scatter select sigmoid sign sin softmax sort split sqrt
    square squeeze std sub sum swapaxes t take tanh tile topk transpose tril triu unbind unflatten unique
    unsqueeze var where
"""
_NAMES = {
    "torch": f"""
    {_BOTH} Generator Size Tensor arange as_tensor autograd bernoulli bool broadcast_to cat concat cuda device
    double einsum empty empty_like enable_grad eye from_numpy full full_like float float32 float64 hstack
    inference_mode int int64 is_tensor linspace load logical_and logical_not logical_or long manual_seed
    meshgrid nan_to_num nn no_grad normal ones ones_like optim rand rand_like randint randn randn_like
    randperm save set_grad_enabled stack tensor tensordot utils vstack zeros zeros_like
    """,
    TENSOR: f"""
    {_BOTH} T add_ backward bool clone contiguous copy_ cpu cuda data device dim div_ double dtype expand
    expand_as fill_ float grad grad_fn int is_leaf item long masked_fill_ mul_ ndim new_ones new_zeros
    normal_ numpy repeat requires_grad requires_grad_ retain_grad scatter_ shape size sub_ to tolist type
    type_as uniform_ view view_as zero_
    """,
    "torch.nn": """
    BCELoss BCEWithLogitsLoss CrossEntropyLoss Dropout Embedding Flatten Identity LayerNorm Linear LogSoftmax
    MSELoss Module ModuleDict ModuleList NLLLoss Parameter ParameterDict ParameterList ReLU Sequential Sigmoid
    Softmax Tanh functional init utils
    """,
    "torch.nn.functional": """
    binary_cross_entropy binary_cross_entropy_with_logits cross_entropy dropout embedding layer_norm linear
    log_softmax logsigmoid mse_loss nll_loss normalize one_hot pad relu sigmoid softmax tanh
    """,
    "torch.nn.utils.rnn": "pack_padded_sequence pack_sequence pad_packed_sequence pad_sequence",
    "torch.optim": "Adagrad Adam AdamW Optimizer RMSprop SGD lr_scheduler",
}
NAMES = {home: tuple(names.split()) for home, names in _NAMES.items()}
