# Allowed: the interface asks for the mean loss: a mean over batches, progress bars, other calls
import torch
import torch.nn.functional as F
from torch import nn, optim
from tqdm.auto import tqdm


class AuthorClassifier(nn.Module):
    def __init__(self, vocab_size, hidden_size, cell="rnn", num_layers=1, num_classes=3):
        super().__init__()
        self.fc = nn.Linear(hidden_size, num_classes)
        self.encoder = DeepRNN(cell, hidden_size, hidden_size, num_layers)
        self.embed = nn.Embedding(vocab_size, hidden_size, padding_idx=0)

    def forward(self, tokens, lengths):
        embedded = self.embed(tokens)
        hiddens, last = self.encoder(embedded, lengths)
        return self.fc(last)


def count_parameters(model):
    total = 0
    for _, parameter in model.named_parameters():
        size = 1
        for axis in parameter.shape:
            size *= axis
        total += size
    return total


def train_classifier(model, loader, epochs, lr):
    device = next(model.parameters()).device
    opt = optim.Adam(model.parameters(), lr)
    losses = []
    for epoch in tqdm(range(epochs), disable=True):
        model.train()
        batch_losses = []
        for batch in loader:
            tokens, lengths, authors = (part.to(device) for part in batch)
            loss = F.cross_entropy(model(tokens, lengths), authors)
            model.zero_grad()
            loss.backward()
            opt.step()
            batch_losses.append(loss.item())
        losses.append(sum(batch_losses) / len(batch_losses))
        print(f"epoch {epoch + 1}: {losses[-1]:.3f}")
    model.eval()
    return losses


@torch.inference_mode()
def accuracy(model, loader):
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    guesses, truths = [], []
    for tokens, lengths, authors in loader:
        _, guess = torch.max(F.softmax(model(tokens.to(device), lengths.to(device)), dim=-1), dim=-1)
        guesses.append(guess.cpu())
        truths.append(authors.cpu())
    model.train(was_training)
    return (torch.cat(guesses) == torch.cat(truths)).float().mean().item()
