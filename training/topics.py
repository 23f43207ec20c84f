"""Texts' features -> what they are about, as a few hundred numbers each, learnt from unlabelled texts. Knows no trends.

Latent semantic analysis: S. Deerwester and others, "Indexing by latent semantic analysis", 1990.
"""

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from training.fit import Singles

TOPICS = 250
LENGTH = 4.0  # of each text's topics, beside rules' points that lie between 0 and 5


def learn(features: sparse.csr_matrix) -> TruncatedSVD:
    return TruncatedSVD(TOPICS, algorithm="randomized", n_iter=3, random_state=0).fit(features)


def of(topics: TruncatedSVD, features: sparse.csr_matrix) -> Singles:
    found = topics.transform(features)
    lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
    return np.asarray(LENGTH * found / lengths, dtype=np.float32)
