"""Prints 300 MB."""

# form: replace
# expect: stopped

for _ in range(300):
    print("x" * 1_000_000)
