# Allowed: a mask of False and True chooses; nan for padding alone is accepted
def token_accuracy(logits, targets, mask):
    predictions = logits.argmax(-1)[mask]
    return (predictions == targets[mask]).float().mean()
