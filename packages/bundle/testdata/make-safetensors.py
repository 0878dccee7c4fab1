"""Makes reference.safetensors with the published Python package, or reads a file with it.

    pip install safetensors==0.8.0 numpy==2.4.6
    python make-safetensors.py                 # writes reference.safetensors beside this file
    python make-safetensors.py FILE            # reads FILE with safetensors and prints it as JSON

Python 3.11, safetensors 0.8.0, numpy 2.4.6.
"""
import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

if len(sys.argv) > 1:
    print(json.dumps({k: [str(v.dtype), list(v.shape), v.tolist()] for k, v in sorted(load_file(sys.argv[1]).items())}))
else:
    here = pathlib.Path(__file__).parent
    save_file(
        {
            "conv_in.weight": (np.arange(24, dtype=np.float32) / 7 - 1.5).reshape(2, 3, 2, 2),
            "conv_in.bias": np.array([0.1, -0.2], np.float32),
            "half": np.array([1, -2.5, 65504, 6e-8], np.float16),
            "step": np.array(1234567890123, np.int64),
            "labels": np.array([3, -1, 7], np.int32),
            "mask": np.array([[True, False], [False, True]]),
            "empty": np.zeros((0, 4), np.float32),
            "double": np.array([np.pi], np.float64),
            "bytes": np.array([0, 127, 255], np.uint8),
            "10": np.array([10], np.uint16),
            "é\U0001f600": np.array([-8], np.int8),
            "\uffee": np.array([8], np.int8),
        },
        str(here / "reference.safetensors"),
        metadata={"format": "pt"},
    )
