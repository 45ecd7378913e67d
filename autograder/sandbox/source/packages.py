"""Packages that a program may import although it gets stand-ins for them (`inside.standins`)."""

INERT = frozenset(
    """
    matplotlib mpl_toolkits seaborn plotly bokeh altair IPython ipywidgets google.colab tensorboard
    tensorboardX torch.utils.tensorboard wandb otter
    """.split()  # noqa: SIM905, one name a line would fill a page
)
ABSENT = frozenset(
    """
    PIL accelerate bs4 cv2 datasets einops evaluate gdown gensim google h5py huggingface_hub kaggle
    keras lightning mlflow nltk optuna pandas psutil pytorch_lightning regex requests scipy
    sentencepiece sklearn spacy sympy tabulate tensorflow tokenizers torchaudio torchinfo torchmetrics
    torchsummary torchtext torchvision transformers unidecode wget yaml
    """.split()  # noqa: SIM905, one name a line would fill a page
)
