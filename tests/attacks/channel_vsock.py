"""Talks to another grader's worker by sockets that are not of the network: vsock, netlink, packets."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import socket

import torch
from torch import nn

FAMILIES = {"vsock": 40, "unix": 1, "netlink": 16, "packets": 17, "alg": 38, "tipc": 30, "xdp": 44}


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name, family in FAMILIES.items():
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
                try:
                    socket.socket(family, kind).close()
                    print("ACHIEVED: a socket of", name)
                except OSError:
                    pass
        try:
            socket.socketpair()
            print("ACHIEVED: a pair of sockets")
        except OSError:
            pass
        for descriptor in range(64):
            try:
                socket.socket(fileno=descriptor).send(b"answer")
                print("ACHIEVED: sent by descriptor", descriptor)
            except OSError:
                pass
        return torch.zeros_like(h)
