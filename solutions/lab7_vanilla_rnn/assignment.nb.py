# %% [markdown]
# # Lab 7: a vanilla RNN, trained by hand
#
# You write the weights of a recurrent network, its step over a sentence, its output layer and its
# gradient descent yourself: no `nn.RNN`, no `torch.optim`. Two sentences are enough to watch it learn
# which movie is good and which is bad.
#
# Every place that waits for you says `TODO`. The names must stay as they are. The same script waits
# in `lab7.py`: work here or there, as you like.
#
# At the end stands a check: run it as often as you like, and it says what to do next. The first
# cell finds the checks.

# %%
# include checks

# %%
# include sections: lab7.py

# %% [markdown]
# ## Check your work
#
# Save this notebook in `templates/lab7_vanilla_rnn` (in Colab: File, Download).
# In the top folder of the course, where the Makefile lies, run
#
#     make check A=lab7_vanilla_rnn
#
# or, without make, `python check.py lab7_vanilla_rnn`. It runs your cells from top to bottom,
# with other sentences and weights, too, and says where to look next. Then answer the two
# questions in `answers.md`.
