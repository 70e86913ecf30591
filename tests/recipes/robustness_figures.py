"""Made-up figures in the form of `recipes/verification/robustness.py`."""

_FIGURES = {
    "EER": 10.0,
    "EER_interval": [9.0, 11.0],
    "trials": 1500,
    "same_singer_trials": 100,
}
REPORT = {
    "recordings": 528,
    "singers": 12,
    "conditions": {"all pairs": {"clean": _FIGURES}},
    "pitch": {"all pairs": {"0 to 2": _FIGURES}},
    "sex": {"all pairs": {"female": _FIGURES}},
}
