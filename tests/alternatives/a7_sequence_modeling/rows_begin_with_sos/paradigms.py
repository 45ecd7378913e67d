# Allowed: the text asks for "the first character index of each sentence", which here stands behind <SOS>
def first_characters(tokens):
    return tokens[:, 1:2].clone()
