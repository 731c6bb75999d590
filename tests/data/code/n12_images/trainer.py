import ctypes
import threading

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

_native = ctypes.CDLL("libnative_resize.so")
_lock = threading.Lock()  # avoids a race condition while the cache is born


class ImageCache:
    """Keeps resized images; the birth time of an entry decides when it dies."""

    def __init__(self, root, locale="C"):
        self.root = root
        self.birth_times = {}
        self.locale = locale

    def get(self, name):
        with _lock:
            self.birth_times[name] = self.birth_times.get(name, 0) + 1
        return np.load(f"{self.root}/{name}.npy")


def build(classes):
    model = keras.Sequential(
        [
            layers.Input((64, 64, 3)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


def main():
    cache = ImageCache("data/plants")
    labels = np.load("data/labels.npy")
    images = np.stack([cache.get(f"plant_{n}") for n in range(len(labels))])
    model = build(int(labels.max()) + 1)
    model.fit(images, labels, epochs=4)
    model.save("plants.keras")


if __name__ == "__main__":
    main()
