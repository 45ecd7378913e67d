"""What a locked process on Linux may still do: its user, limits, files, system calls.

Called by the zygote (`layers.plan`, once) and by each worker about itself (`layers.apply`), before any code
of a student's is in it. There is no way back.

layers      all of them together: what this machine offers, and putting it on
landlock    which files; view says which these are, scratch makes the folder that may be written in
seccomp     which system calls; syscalls lists them
lifeline    ends with whoever started it
driver      what a card's driver needs besides
libc        system calls by ctypes
"""
