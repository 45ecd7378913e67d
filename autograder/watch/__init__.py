"""`check --watch`: the next thing to do, right after every save.

Called by the command line (`front.watch`). There are two processes:

    front ──spawn──► checker ──fork──► run, one per save ──fork──► units ──► workers
      ▲  keys, saves ──┘└── verdicts, the next thing

1. The front starts the checker, which starts a sandbox, imports everything and collects the checks, once.
2. The front listens to three at once, with a thread for each: what the checker says (`messages`), which files
   change (`files`), which keys are pressed (`keys`). It alone draws (`screen`), and it forks nothing.
3. A save makes an order for the checker. A run that still goes on is ended, a new one begins (`serving`).
4. A run looks at the check in focus first, so that its verdict is there at once, then at the rest (`runs`).
   Verdicts of units of whose sources nothing changed, nor those of units they wait for, still stand
   (`standing`).
5. The checker ends when the front does, and with it whatever it started.

Where nothing can be forked (macOS, Windows), the checker runs the checks itself, in a subprocess that stays
warm; a save then ends a run between two checks.
"""
