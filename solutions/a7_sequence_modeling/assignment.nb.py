# %% [markdown]
# # Sequence modelling with recurrent networks
#
# You build recurrent cells from scratch, run them over sentences of different lengths and let them
# tell Jane Austen, Edgar Allan Poe and William Shakespeare apart.
#
# Every place that waits for you says `TODO`. Names, arguments and shapes must stay as they are;
# everything inside is yours. The same definitions wait in `collate.py`, `cells.py`, `loop.py` and
# `paradigms.py`: work here or there, as you like.

# %%
import torch

torch.manual_seed(42)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %%
# include: collate.py

# %%
# include: cells.py

# %%
# include: loop.py

# %%
# include: paradigms.py

# %% [markdown]
# ## Check your work
#
# Save this notebook as `assignment.ipynb` in your assignment folder (in Colab: File, Download) and run
#
#     make check
#
# there. It reads the definitions in this notebook, runs the checks that you have and says where to
# look next.
