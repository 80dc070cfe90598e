import numpy as np
import pytest

from qbench.evidence.statistics import Largest, Mean, PairedDifference, Product, Quantity, RatioOfMeans

COLUMNS = {"opt": np.array([4.0, 6.0]), "vqe": np.array([3, 5]), "zero": np.array([0.0, 0.0])}


@pytest.mark.parametrize(
    ("spelling", "values"),
    [
        ("opt", [4.0, 6.0]),
        ({"opt": 1, "vqe": -1}, [1.0, 1.0]),
        ({"opt": 0.5, "vqe": 2, "zero": 7}, [8.0, 13.0]),
        (Quantity((("vqe", -2.0),)), [-6.0, -10.0]),
    ],
)
def test_values(spelling, values):
    got = Quantity.of(spelling).of_columns(COLUMNS)
    assert got.dtype == np.float64
    assert got.tolist() == values


def test_batches_keep_their_axes():
    columns = {"a": np.arange(6.0).reshape(2, 3), "b": np.ones((2, 3))}
    assert Quantity.of({"a": 2, "b": 1}).of_columns(columns).tolist() == [[1.0, 3.0, 5.0], [7.0, 9.0, 11.0]]


def test_columns_are_left_as_they_were():
    columns = {"a": np.array([1.0, 2.0])}
    Quantity.of("a").of_columns(columns)[0] = 9.0
    assert columns["a"].tolist() == [1.0, 2.0]


def test_size_tells_how_large_the_terms_were():
    assert Quantity.of({"opt": 1, "vqe": -2}).size(COLUMNS).tolist() == [10.0, 16.0]


@pytest.mark.parametrize("spelling", ["", {}, {"": 1.0}])
def test_a_quantity_names_a_column(spelling):
    with pytest.raises(ValueError, match="names at least one column"):
        Quantity.of(spelling)


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="no column 'qaoa': the study gave opt, vqe, zero"):
        Quantity.of({"opt": 1, "qaoa": 1}).of_columns(COLUMNS)
    with pytest.raises(KeyError, match="the study gave none"):
        Quantity.of("opt").of_columns({})


@pytest.mark.parametrize(
    ("spelling", "words"),
    [
        ("opt", "opt"),
        ({"opt": 1, "vqe": -1}, "opt - vqe"),
        ({"opt": -1, "vqe": 0.5}, "-opt + 0.5*vqe"),
        ({"opt": 1, "vqe": -2.5}, "opt - 2.5*vqe"),
    ],
)
def test_words(spelling, words):
    assert str(Quantity.of(spelling)) == words


def test_equal_quantities_make_equal_statistics():
    assert Mean("a") == Mean({"a": 1})
    assert PairedDifference("a", "b") != PairedDifference("b", "a")
    assert RatioOfMeans("a", "b").a == Quantity.of("a")
    assert hash(Mean("a")) == hash(Mean({"a": 1.0}))


def test_the_largest_is_taken_unit_by_unit():
    columns = {"a": np.array([4.0, 6.0, -9.0]), "b": np.array([3.0, 7.0, -8.0])}
    assert Largest("a", "b").of_columns(columns).tolist() == [4.0, 7.0, -8.0]
    assert Largest("a", "b").size(columns).tolist() == [4.0, 7.0, 9.0]
    assert str(Largest("a", "b")) == "max(a, b)"
    # PairedDifference takes it as it takes a column.
    assert PairedDifference("a", Largest("a", "b")).estimate(columns, 0.005).value == pytest.approx(-2.0 / 3.0)
    with pytest.raises(KeyError, match="no column 'c'"):
        Largest("a", "c").of_columns(columns)


@pytest.mark.parametrize("names", [(), ("a",), ("a", "a")])
def test_the_largest_needs_two_columns(names):
    with pytest.raises(ValueError, match="two columns or more"):
        Largest(*names)


def test_a_product_is_taken_unit_by_unit():
    columns = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array([3.0, -5.0, 8.0]), "c": np.array([2.0, 1.0, 4.0])}
    assert Product("a", "b").of_columns(columns).tolist() == [3.0, -10.0, 32.0]
    assert Product("a", "b").size(columns).tolist() == [3.0, 10.0, 32.0]
    assert str(Product("a", "b")) == "a * b"
    # A ratio of ratios: products are averaged before one is divided.
    found = RatioOfMeans(Product("a", "c"), Product("b", "c")).estimate(columns, 0.005)
    assert found.value == pytest.approx((2.0 + 2.0 + 16.0) / (6.0 - 5.0 + 32.0))


def test_a_product_refuses_less_than_two_columns():
    with pytest.raises(ValueError, match="two different columns"):
        Product("a", "a")
    with pytest.raises(KeyError, match="no column 'z'"):
        Product("a", "z").of_columns({"a": np.ones(2)})
