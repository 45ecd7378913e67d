# Allowed: a number is a number, whether it is a tensor of one element or not
def token_accuracy(logits, targets, mask):
    right = total = 0
    for row_scores, row_targets, row_mask in zip(logits, targets, mask, strict=True):
        for scores, target, real in zip(row_scores, row_targets, row_mask, strict=True):
            if real:
                total += 1
                right += int(scores.argmax().item() == target.item())
    return right / total if total else 0.0
