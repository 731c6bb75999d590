from tensorflow import keras
from tensorflow.keras import layers

(x, y), _ = keras.datasets.mnist.load_data()
net = keras.Sequential([layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)])
net.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
net.fit(x / 255.0, y, epochs=3)
