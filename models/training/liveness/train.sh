#!/bin/sh
# Trains the passive liveness network: simulated attacks and ordinary captures are made of photos, then learnt from.
#   models/training/liveness/train.sh DATA OUT
# DATA holds lfw-dev/ and mask-classes/; OUT gets the examples, passive.onnx and figures.json. Needs `npm run build`, and
# Python with PyTorch 1.13 or newer and numpy (Debian: python3-torch). Seeded; one thread, or a GPU where there is one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
# Where device.py is.
export PYTHONPATH="$here/.."
node "$root/scripts/dist/src/evaluate-liveness-crops.js" \
  --faces "$1/lfw-dev" --masks "$1/mask-classes" --out "$2" --photos "${PHOTOS:-3000}"
"${PYTHON:-python3}" "$here/train.py" --examples "$2" --out "$2" \
  --steps "${STEPS:-8000}" --lit-steps "${LIT_STEPS:-2400}" --leave-out-steps "${LEAVE_OUT_STEPS:-0}"
