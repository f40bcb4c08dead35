"""Splitting a change: the parts add up, equal prices have no effect, years turned round turn the
sign.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gep.analysis.decompose import effects, laspeyres, lmdi, paasche, quantity_indices, shapley

positive = st.floats(1e-6, 1e9)
any_number = st.floats(-1e6, 1e6)
FORMS = [shapley, laspeyres, paasche]


def triple(numbers):
    return st.lists(numbers, min_size=3, max_size=3)


def arrays(factors):
    return [np.array([x]) for x in factors]


def assert_adds_up(parts, before, after):
    v0, v1 = math.prod(before), math.prod(after)
    # below the least normal number digits are lost by the format, not by the sum
    near = max(1e-12 * max(abs(v0), abs(v1), *np.abs(parts).ravel()), np.finfo(float).tiny)
    assert float(parts.sum()) == pytest.approx(v1 - v0, rel=1e-12, abs=near)


@given(triple(positive), triple(positive))
def test_lmdi_adds_up_and_turns_its_sign(before, after):
    parts = lmdi(arrays(before), arrays(after))
    assert_adds_up(parts, before, after)
    back = lmdi(arrays(after), arrays(before))
    scale = max(math.prod(before), math.prod(after), float(np.abs(parts).max()))
    np.testing.assert_allclose(back, -parts, rtol=1e-9, atol=1e-12 * scale)
    for k in range(3):
        if before[k] == after[k]:
            assert parts[k, 0] == 0


@pytest.mark.parametrize("form", FORMS)
@given(triple(any_number), triple(any_number))
def test_other_forms_add_up_for_any_number(form, before, after):
    assert_adds_up(form(arrays(before), arrays(after)), before, after)


@given(triple(any_number), triple(any_number))
def test_shapley_turns_its_sign_and_laspeyres_turns_into_paasche(before, after):
    scale = 1e-12 * max(
        1,
        *(
            abs(math.prod(c))
            for c in (
                (x, y, z)
                for x in (before[0], after[0])
                for y in (before[1], after[1])
                for z in (before[2], after[2])
            )
        ),
    )
    np.testing.assert_allclose(
        shapley(arrays(after), arrays(before)),
        -shapley(arrays(before), arrays(after)),
        rtol=1e-9,
        atol=scale,
    )
    np.testing.assert_allclose(
        laspeyres(arrays(after), arrays(before)),
        -paasche(arrays(before), arrays(after)),
        rtol=1e-9,
        atol=scale,
    )


@pytest.mark.parametrize("form", [lmdi, *FORMS])
def test_equal_prices_have_no_effect(form):
    rng = np.random.default_rng(1)
    q0, q1, p = rng.uniform(1, 9, 200), rng.uniform(1, 9, 200), rng.uniform(1, 9, 200)
    assert (form([q0, p], [q1, p])[1] == 0).all()


def test_by_hand():
    """q 10 → 12, p 3 → 4: V 30 → 48. L = 18 / ln 1.6 = 38.29758; quantity 38.29758 ln 1.2 =
    6.982474, price 38.29758 ln 4/3 = 11.017526.
    """
    before, after = arrays([10, 3]), arrays([12, 4])
    assert lmdi(before, after).ravel() == pytest.approx([6.982474, 11.017526], abs=2e-6)
    assert shapley(before, after).ravel().tolist() == [7.0, 11.0]  # 2 × 3.5 and 1 × 11
    assert laspeyres(before, after).ravel().tolist() == [6.0, 12.0]  # 2 × 3 and 1 × 12
    assert paasche(before, after).ravel().tolist() == [8.0, 10.0]  # 2 × 4 and 1 × 10


def test_shapley_of_three_factors_by_hand():
    """1·1·1 → 2·3·5: the first factor's mean marginal is 1 × (1·1/3 + (3·1 + 1·5)/6 + 3·5/3) =
    20/3; the change is 29.
    """
    parts = shapley(arrays([1, 1, 1]), arrays([2, 3, 5])).ravel()
    assert parts[0] == pytest.approx(1 / 3 + 8 / 6 + 5)
    assert parts[1] == pytest.approx(2 * (1 / 3 + 7 / 6 + 10 / 3))
    assert parts.sum() == pytest.approx(29)


def test_the_form_is_named_where_lmdi_has_no_meaning():
    found = effects(
        [np.array([2.0, 0.0, -1.0]), np.array([3.0, 3.0, 3.0])],
        [np.array([4.0, 4.0, 4.0]), np.array([5.0, 5.0, 5.0])],
    )
    assert found.form.tolist() == ["LMDI", "Shapley", "Shapley"]
    assert np.isfinite(found.parts).all()


def test_indices_by_hand():
    """Two goods, q (2, 1) → (4, 1), p (3, 5) → (3, 10): Laspeyres 17/11, Paasche 22/16, Fisher
    their geometric mean.
    """
    found = quantity_indices(
        np.array([2.0, 1]), np.array([3.0, 5]), np.array([4.0, 1]), np.array([3.0, 10])
    )
    assert found == pytest.approx(
        {"laspeyres": 17 / 11, "paasche": 22 / 16, "fisher": math.sqrt(17 / 11 * 22 / 16)}
    )
