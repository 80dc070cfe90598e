"""Algorithm 1 (PoQKS) line by line, as the paper prints it, and two changes of it by name.

Independent of qbench on purpose: lists and loops only, in whatever numbers it is given. Nothing is checked.
"""

from __future__ import annotations


def algorithm_1(qk, *, votes, approves, valid, a1, a2, a3, beta, skip_producer=False, hold_reward=False, order=None):
    """Return the stakes after a round, p and the node that accepted; p is None without consensus."""
    qk = list(qk)
    w, v_q = {}, {}
    t_qk = sum(qk)  # line 3
    i_p = list(range(len(qk)))  # line 4
    for i in i_p:  # line 5
        w[i] = qk[i] / t_qk  # line 6
        v_q[i] = w[i] * votes[i]  # lines 7, 8
    agreed = everybody = 0
    for i in i_p:  # line 10
        everybody += v_q[i]
        if approves[i]:
            agreed += v_q[i]
    if not 3 * agreed > 2 * everybody:
        return qk, None, None
    p = 0  # line 11
    for i in i_p:
        if v_q[i] > v_q[p]:
            p = i
    qr_p = a1 * w[p]  # line 12
    if order is None:  # line 13: the richest first, by selection
        left, queue = list(i_p), []
        while left:
            richest = left[0]
            for i in left:
                if qk[i] > qk[richest]:
                    richest = i
            queue.append(richest)
            left.remove(richest)
    else:
        queue = order
    accepted = None
    for j in queue:  # line 14
        if skip_producer and j == p:
            continue
        if valid[j]:  # line 15
            qk[p] = qk[p] - qr_p - beta * w[p]  # line 16
            qk[j] = qk[j] + a2 * w[p]  # line 17
            accepted = j
            break  # line 18
        qk[j] = qk[j] + a3 * w[p]  # line 20
    if accepted is not None or not hold_reward:
        qk[p] = qk[p] + qr_p  # line 24
    return qk, p, accepted
