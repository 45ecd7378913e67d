"""The same items on numbers of the submission's own, with the reference in the place of recorded answers."""

from autograder.checks import variant
from tests.hidden.lab7_vanilla_rnn.support import fresh, reference
from tests.visible.lab7_vanilla_rnn import test_script as visible

test_state_and_logits_follow_the_equations = variant(
    visible.test_state_and_logits_follow_the_equations,
    cases=(fresh.case, fresh.long_case),
    answers=reference.answers,
)
test_every_sentence_takes_one_step = variant(
    visible.test_every_sentence_takes_one_step, lesson=fresh.lesson, long_lesson=fresh.long_lesson
)
