#!/bin/sh
# Trains the networks of masked faces: the one that tells them, the one that puts them straight, and the one that says how a
# mask is worn.
#   models/training/masks/train.sh DATA OUT
# DATA holds lfw-dev/, mask-classes/ and mask-templates/ (MaskTheFace's); OUT gets aligned crops and the
# four files of models/masked-facenet and models/mask-worn. Needs `npm run build` and Python with PyTorch 1.13 or newer, numpy, Pillow and onnx (Debian: python3-torch
# python3-pil python3-onnx). Seeded; one thread, about an hour. People kept out of all training: see people.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
# Where device.py is.
export PYTHONPATH="$here/.."
python=${PYTHON:-/usr/bin/python3}
mkdir -p "$2"
node "$root/scripts/dist/src/training-crops.js" --photos "$1/lfw-dev" --out "$2/faces"
node "$root/scripts/dist/src/training-crops.js" --photos "$1/mask-classes" --out "$2/worn"
common="--templates $1/mask-templates --faces $2/faces"
# shellcheck disable=SC2086
{
  "$python" "$here/train_masked.py" $common --teacher "$root/models/cache/mobilefacenet.onnx" --out "$2/student.onnx" --steps "${STEPS:-1720}"
  "$python" "$here/fit_projection.py" $common --teacher "$root/models/cache/mobilefacenet.onnx" --student "$2/student.onnx" \
    --out "$2/masked-facenet.onnx" --projection "$2/projection.f32"
  "$python" "$here/train_align.py" $common --out "$2/pose.onnx" --steps "${POSE_STEPS:-1100}"
  "$python" "$here/train_worn.py" $common --photos "$2/worn" --out "$2/mask-worn.onnx" --steps "${WORN_STEPS:-1500}"
}
