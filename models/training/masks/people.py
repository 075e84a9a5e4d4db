"""Who is kept out: the same quarter of the people as in scripts/src/evaluate-faces-calibration.ts, by a hash of the name."""
import hashlib


def _share(text):
    first, second = hashlib.sha256(text.encode()).digest()[:2]
    return (first * 256 + second) / 65536


def is_held_out(person):
    """Kept out of training, choices and thresholds: figures are of these alone."""
    return _share(f"wardkey held out {person}") < 0.25


def is_validation(person):
    """Of the others a tenth, on whom choices are made."""
    return hashlib.sha256(f"validate {person}".encode()).digest()[0] < 26
