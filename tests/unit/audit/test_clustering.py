"""Clusters that stand out: known small cases, and what the moves of points do to modes."""

import numpy as np
import pytest

from doorlicht.audit.clustering import find_clusters, two_modes


def one_by_one(codes):
    """k-modes with two modes as the paper tells it, point after point."""
    codes = np.asarray(codes)
    people, columns = codes.shape
    density = np.zeros(people)
    for at in range(columns):
        values, often = np.unique(codes[:, at], return_counts=True)
        counted = dict(zip(values.tolist(), often.tolist(), strict=True))
        density += np.array([counted[value] / people / columns for value in codes[:, at].tolist()])
    modes = [codes[int(density.argmax())].copy()]
    modes.append(codes[int(((codes != modes[0]).sum(axis=1) * density).argmax())].copy())
    counts = [[{} for _ in range(columns)] for _ in range(2)]
    side = []

    def nearest(point):
        return int(np.argmin([(point != mode).sum() for mode in modes]))

    def most(counted):
        top = max(counted.values())
        return min(value for value, often in counted.items() if often == top)

    for point in codes:
        to = nearest(point)
        side.append(to)
        for at, value in enumerate(point.tolist()):
            counts[to][at][value] = counts[to][at].get(value, 0) + 1
    for to in (0, 1):
        for at in range(columns):
            if counts[to][at]:
                modes[to][at] = most(counts[to][at])

    def cost():
        return sum(min((point != mode).sum() for mode in modes) for point in codes)

    before = cost()
    for _ in range(100):
        moves = 0
        for number, point in enumerate(codes):
            to, old = nearest(point), side[number]
            if to == old:
                continue
            moves += 1
            side[number] = to
            for at, value in enumerate(point.tolist()):
                counts[to][at][value] = counts[to][at].get(value, 0) + 1
                if counts[to][at].get(modes[to][at], 0) < counts[to][at][value]:
                    modes[to][at] = value
                counts[old][at][value] -= 1
                if modes[old][at] == value:
                    modes[old][at] = most(counts[old][at])
        now = cost()
        if not moves or now >= before:
            break
        before = now
    return np.array(modes)


@pytest.mark.parametrize("seed", range(12))
def test_points_taken_together_give_the_modes_of_points_taken_one_by_one(seed):
    random = np.random.default_rng(seed)
    kind = random.integers(0, 2, 400)
    codes = np.stack(
        [
            np.where(random.random(400) < 0.5, kind * 2, random.integers(0, 2 + at, 400))
            for at in range(6)
        ],
        axis=1,
    )
    assert two_modes(codes).tolist() == one_by_one(codes).tolist()


def test_people_who_are_all_alike_are_one_cluster():
    found = find_clusters(np.ones((50, 3), np.int64), np.arange(50.0), splits=5, smallest=1)
    assert found.scores == (0.0,)
    assert set(found.labels.tolist()) == {0}


def test_a_group_that_stands_out_is_found_and_others_are_put_in_it():
    random = np.random.default_rng(1)
    codes = random.integers(0, 2, (2_000, 5))
    kind = random.random(2_000) < 0.3
    codes[kind] = 2
    measure = np.where(kind, -1.0, 0.0)
    found = find_clusters(codes, measure, splits=6, smallest=50)
    assert found.scores[0] > 0.8
    assert (kind & (found.labels == 0)).sum() > 0.9 * kind.sum()
    assert found.assign(codes).tolist() == found.labels.tolist()
