"""Texts made from a seed, in three styles and in verse, for work without internet. No author wrote them."""

import random
import re

# A text is made of its style's lines, with one of the words chosen in every pair of braces.
STYLES = {
    "austen": """
{Mr.|Mrs.|Miss|Lady} {Pelham|Wexley|Ansford|Tilbrook|Dunmore} was {very|perfectly|tolerably|by no means} \
{glad|vexed|surprised|obliged} to hear that {her sister|his cousin} {would|might|could} {dine|call} at the \
Hall.
"{My|Indeed, my} dear {Mr.|Mrs.|Miss|Lady} {Pelham|Wexley|Ansford|Tilbrook|Dunmore}," {said|replied|cried} \
{her sister|his cousin|Mrs. Harcott}, "you {would|might|ought to} be {very|perfectly} {glad|vexed|\
obliged}."
{All|Half|None of} the {party|ladies|company} at the {parsonage|rectory|Hall} {would|might|could} {dine|\
call}; but {her sister|his cousin|Miss Merriden} was {very|perfectly} {glad|vexed|obliged} to be {invited|\
consulted}.""",
    "poe": """
{Alone|Mute|Trembling|Buried} in the {dim|pallid|ghastly|sombre|black} {vault|chamber|crypt|gulf} I {felt|\
dreaded|knew} a {whisper|groan|pulse|shriek}--{hideous|spectral|leaden}, {frantic|nameless}, and {dim|\
pallid|ghastly}!
I {felt|dreaded|knew}--yes, I {felt|dreaded|knew}--{the|that} {dim|pallid|ghastly|sombre|black} {whisper|\
groan|pulse|shriek} of the {hideous|spectral|leaden} {vault|chamber|crypt|gulf} beneath!
My {soul|blood|brain} {sank|froze|reeled} within me, for a {whisper|groan|pulse|shriek}, {dim|pallid|\
ghastly|sombre} and {hideous|spectral|leaden}, {crept|lingered|quivered} amid the {vault|chamber|crypt|\
gulf}.""",
    "shakespeare_play": """
{O|Ay|Nay|Alack}, {fair|gentle|false|cruel} {lord|cousin|lady|knave}, thy {heart|tongue|sword|eye} doth \
{weep|sleep|burn|break} {ere dawn|to-night|for thy sake}, and I must {weep|sleep|burn|break}.
{Must|Canst|Wilt} thou {weep|sleep|burn|break} {ere dawn|to-night|in the street}, {my|thou} {fair|gentle|\
false|cruel} {lord|cousin|lady|knave}?
My {heart|tongue|sword|eye} {hath|had ne'er} {slain|wrong'd|charm'd} thy {heart|tongue|sword|eye}, {fair|\
gentle|false|cruel} {lord|cousin|lady|knave}!""",
    "sonnets": """
The {summer|winter|morning|river} {lends|gives|denies} its {light|colour|music} to {thy|my} {face|heart|\
verse},
{Thy|My} {eyes|years|hands} {lend|give|deny} {each|every|the} {summer|garden|evening} {light|colour|\
silence},
And {thy|my} {face|heart|verse} {owes|brings|steals} the {light|colour|music} of {the|a} {summer|garden|\
river}.""",
}
LENGTHS = {"austen": 3000, "poe": 2000, "shakespeare_play": 1200, "sonnets": 2000}  # sentences, or verses


def synthetic_text(name: str, seed: int = 0) -> str:
    """A text in the style called name. The same seed gives the same text on every machine."""
    rng = random.Random(f"{name} {seed}")
    lines = rng.choices(STYLES[name].strip().split("\n"), k=LENGTHS[name])
    text = ("\n" if name == "sonnets" else "\n\n").join(lines)
    return re.sub(r"{(.*?)}", lambda braces: rng.choice(braces[1].split("|")), text)
