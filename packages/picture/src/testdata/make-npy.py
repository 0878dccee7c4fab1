"""Writes npy.json: the bytes that numpy.save makes for small float32 arrays. Run: python make-npy.py > npy.json"""
import base64, io, json, sys
import numpy as np

arrays = {
    "scalar": np.float32(0.1).reshape(()),
    "vector": np.array([1, -2.5, np.inf, -0.0, 3e-45], np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "images": (np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5) / 60 - 1).astype(np.float32),
}

def saved(a):
    out = io.BytesIO()
    np.save(out, a)
    return base64.b64encode(out.getvalue()).decode()

unsupported = {
    "float64": saved(np.zeros(2)),
    "fortran": saved(np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))),
}
json.dump({
    "numpy": np.__version__,
    "python": sys.version.split()[0],
    "arrays": [{"name": k, "shape": list(a.shape), "bits": a.reshape(-1).view(np.uint32).tolist(), "file": saved(a)} for k, a in arrays.items()],
    "unsupported": unsupported,
}, sys.stdout, indent=1)
print()
