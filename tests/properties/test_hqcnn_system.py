"""Path loss, estimation and rates of the cell-free pilot problem: exact properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from qbench.papers.hqcnn.problem import PilotAssignment
from qbench.papers.hqcnn.rates import gamma, power_control, received, sinr, user_rates
from qbench.papers.hqcnn.system import distances
from qbench.radio import three_slope_gain_db
from tests.properties.hqcnn_networks import CLOSE, MODES, assigned, exact, gains, links, powers_of_ten

METRES = st.floats(0.0, 5000.0, allow_nan=False)
PLACE = st.floats(0.0, 1000.0, allow_nan=False)


def same_pilot(a):
    return (a[:, None] == a) & ~np.eye(len(a), dtype=bool)


# --- P01, P02, P04, P07: estimation and budget ---


@exact
@given(assigned())
def test_an_estimate_knows_less_than_there_is(case):
    beta, a, link = case
    estimate = gamma(beta, a, link)
    assert (estimate > 0).all()
    assert (estimate <= beta * (1 + 1e-14)).all()


@exact
@given(gains(), links())
def test_alone_and_with_endless_energy_it_knows_all(beta, link):
    apart = replace(link, n_pilot=beta.shape[1], pilot_snr=1e15)
    np.testing.assert_allclose(gamma(beta, np.arange(beta.shape[1]), apart), beta, rtol=1e-11)


@exact
@given(assigned())
def test_every_ap_spends_exactly_its_budget(case):
    beta, a, link = case
    estimate = gamma(beta, a, link)
    spent = link.n_antenna * (power_control(estimate, link) * estimate).sum(axis=-1)
    np.testing.assert_allclose(spent, 1.0, rtol=1e-12)


@exact
@given(gains(least_users=2), links(), st.data())
def test_users_on_pilots_of_their_own_know_nothing_of_others(beta, link, data):
    k = beta.shape[1]
    apart = replace(link, n_pilot=k)
    pilots = np.array(data.draw(st.permutations(range(k))))
    assert (received(beta, pilots, apart).contamination == 0).all()
    other = beta.copy()
    other[:, 1:] *= 7.0
    np.testing.assert_array_equal(gamma(other, pilots, apart)[:, 0], gamma(beta, pilots, apart)[:, 0])


@exact
@given(assigned(least_users=2), st.data())
def test_company_on_a_pilot_never_helps_the_estimate(case, data):
    beta, a, link = case
    k, j = data.draw(st.permutations(range(len(a))))[:2]
    assume(a[j] != a[k])
    merged = a.copy()
    merged[j] = a[k]
    assert (gamma(beta, merged, link)[:, k] < gamma(beta, a, link)[:, k]).all()


# --- P03: names of pilots, users and APs ---


@exact
@given(assigned(mode=MODES), st.data())
def test_names_do_not_matter(case, data):
    beta, a, link = case
    rates = user_rates(beta, a, link)
    names = np.array(data.draw(st.permutations(range(link.n_pilot))))
    np.testing.assert_array_equal(user_rates(beta, names[a], link), rates)
    users = np.array(data.draw(st.permutations(range(len(a)))))
    np.testing.assert_allclose(user_rates(beta[:, users], a[users], link), rates[users], **CLOSE)
    aps = np.array(data.draw(st.permutations(range(len(beta)))))
    np.testing.assert_allclose(user_rates(beta[aps], a, link), rates, **CLOSE)


@exact
@given(assigned(mode=MODES), st.data())
def test_the_compiled_value_is_that_of_the_rates_under_every_name(case, data):
    beta, a, link = case
    problem = PilotAssignment(beta, link)
    np.testing.assert_allclose(problem.rates([a])[0], user_rates(beta, a, link), **CLOSE)
    value = problem.value([a])
    np.testing.assert_allclose(value, user_rates(beta, a, link).sum(), **CLOSE)
    names = np.array(data.draw(st.permutations(range(link.n_pilot))))
    np.testing.assert_array_equal(problem.value([names[a]]), value)


# --- P05, P06, P08, P09, P12: powers ---


@exact
@given(assigned())
def test_all_beams_together_are_as_loud_whatever_the_pilots(case):
    beta, a, link = case
    loud = link.downlink_snr * beta.sum(axis=0)
    np.testing.assert_allclose(received(beta, a, link).noncoherent, loud, rtol=1e-12)


@exact
@given(gains(sizes=(3, 2)), links(mode=st.just("equal")))
def test_two_users_of_a_pilot_disturb_each_other_alike(beta, link):
    parts = received(beta, np.array([0, 0]), link)
    np.testing.assert_allclose(parts.contamination[0], parts.contamination[1], rtol=1e-12)


@exact
@given(assigned(), powers_of_ten(0.01, 3))
def test_more_power_helps_until_it_saturates(case, factor):
    beta, a, link = case
    louder = replace(link, downlink_snr=link.downlink_snr * factor)
    assert (user_rates(beta, a, louder) > user_rates(beta, a, link)).all()
    parts = received(beta, a, link)
    limit = parts.signal / (parts.contamination + parts.noncoherent)
    assert (sinr(beta, a, louder) < limit * (1 + 1e-12)).all()
    np.testing.assert_allclose(sinr(beta, a, replace(link, downlink_snr=1e18)), limit, rtol=1e-10)


@exact
@given(assigned(), powers_of_ten(-6, 6))
def test_only_products_of_gain_and_snr_matter(case, factor):
    beta, a, link = case
    scaled = replace(link, pilot_snr=link.pilot_snr / factor, downlink_snr=link.downlink_snr / factor)
    np.testing.assert_allclose(user_rates(factor * beta, a, scaled), user_rates(beta, a, link), **CLOSE)


@exact
@given(assigned(mode=st.just("per_user")))
def test_equal_parts_bound_the_rate_of_users_in_company(case):
    beta, a, link = case
    others = same_pilot(a).sum(axis=1)
    rates, parts = user_rates(beta, a, link), received(beta, a, link)
    in_company = others >= 1
    assert (rates[in_company] < np.log2(1 + 1 / others[in_company])).all()
    np.testing.assert_allclose(parts.contamination, others * parts.signal, rtol=1e-11)


@exact
@given(gains(sizes=(4, 5)), links(), st.data())
def test_of_a_pilot_for_everybody_nothing_is_left_to_contamination(beta, link, data):
    """No claim that it is the best: under "equal" the users are coupled by the power control."""
    apart = link.orthogonal(5)
    assert (received(beta, np.arange(5), apart).contamination == 0).all()
    problem = PilotAssignment(beta, apart)
    a = np.array(data.draw(st.lists(st.integers(0, 4), min_size=5, max_size=5)))
    alone = (a[:, None] == a).sum(axis=1) == 1
    assert ((received(beta, a, apart).contamination == 0) == alone).all()
    np.testing.assert_allclose(problem.sinr([a])[0], sinr(beta, a, apart), **CLOSE)


# --- P16: geometry ---


@exact
@given(METRES, METRES)
def test_gain_never_rises_with_distance_and_has_no_jumps(one, other):
    near, far = sorted((one, other))
    assert three_slope_gain_db(far) <= three_slope_gain_db(near)
    for corner in (10.0, 50.0):
        step = three_slope_gain_db(corner * (1 + 1e-9)) - three_slope_gain_db(corner * (1 - 1e-9))
        assert abs(step) < 1e-6


@exact
@given(st.lists(PLACE, min_size=4, max_size=4), st.floats(0.0, 1000.0), st.floats(0.0, 1000.0))
def test_on_a_torus_nobody_is_far_and_everybody_may_move(places, dx, dy):
    ap, user = np.array(places[:2])[None], np.array(places[2:])[None]
    way = distances(ap, user, wrap_m=1000.0)
    assert way <= 1000.0 / np.sqrt(2) * (1 + 1e-14)
    assert way <= distances(ap, user)
    np.testing.assert_array_equal(distances(user, ap, wrap_m=1000.0), way)
    moved = [np.mod(np.add(x, (dx, dy)), 1000.0) for x in (ap, user)]
    np.testing.assert_allclose(distances(*moved, wrap_m=1000.0), way, atol=1e-9)
