#!/bin/sh
# Trains the network that judges whether a face is where it was seen: photos are shown as simulated scenes, and what the
# finder considers in them is learnt from.
#   models/training/finding/train.sh DATA OUT
# DATA holds lfw-dev/ and mask-templates/; OUT gets the examples, face-there.onnx and figures.json. Needs `npm run build`,
# and Python with PyTorch 1.13 or newer and numpy (Debian: python3-torch). Seeded; one thread.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
# Where device.py is.
export PYTHONPATH="$here/.."
node "$root/scripts/dist/src/evaluate-finding-crops.js" \
  --faces "$1/lfw-dev" --mask-templates "$1/mask-templates" --out "$2" --photos "${PHOTOS:-650}"
"${PYTHON:-python3}" "$here/train_there.py" --examples "$2" --out "$2" --steps "${STEPS:-3000}"
