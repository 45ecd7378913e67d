"""The process that holds a student's code: zygote, worker, and the operations that the grader asks for.

Started by `sandbox.host` alone. It runs where no answer is known, and may be turned against us by what it
runs.

zygote       has torch warm and forks workers
worker       answers one request after the other
operations   what can be asked for; tensors, weights and placement translate between values and torch
importer     imports sources from memory; guarded runs them statement by statement
script       a script from top to bottom with constants of the grader's
refuse       torch's own recurrent layers, where they are not allowed
digits       what a program prints of its tensors
settings     what a program may set for its whole process, seeds among it
standins     what imports find that a worker has no use for; deferred, what would only cost time
"""
