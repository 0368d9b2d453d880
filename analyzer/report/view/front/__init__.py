"""The first screen: the answer, what happened, a row for each judgement, problems and warnings; all else is below."""
