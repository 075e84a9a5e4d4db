"""
Where networks run: on a GPU where there is one. Pictures are made, and chance is drawn, on the processor all the same, so
that what is learnt from does not depend on the machine; and files are written from there.
"""
import torch

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
