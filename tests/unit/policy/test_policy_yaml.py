"""Policy files as YAML 1.2: what people type is what they get, and what is not YAML is told with its line."""

from decimal import Decimal

import pytest

from erp_ar_ext.errors import PolicyError
from erp_ar_ext.policy import check_policy, load_policy

RULE = "rules:\n  - {{id: a, for_each: account, when: {when}, action: note, note_kind: n, text: '{text}'}}\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("y", "y"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1e3", "1e3"),
        ("3:30", "3:30"),
        ("2026-01-31", "2026-01-31"),
        (".inf", ".inf"),
        ("true", True),
        ("FALSE", False),
        ("010", 10),
        ("-7", -7),
        ("0.10", Decimal("0.10")),
        ("5.", Decimal(5)),
        (".5", Decimal("0.5")),
        ("'5.00'", "5.00"),
        ("!!str 5.00", "5.00"),
    ],
)
def test_values_are_what_yaml_1_2_says(written, value, load):
    """Norway stays NO, a decimal stays exact, and nothing becomes a float, a date or a base-60 number."""
    policy = load(f"settings: {{x: {written}}}\n" + RULE.format(when="insolvent", text="{x}"))
    assert policy.settings["x"] == value
    assert type(policy.settings["x"]) is type(value)


def test_norway_is_a_key_like_any_other(policy_file):
    """A key that YAML 1.1 reads as false keeps its name when it is told that nobody knows it."""
    _, problems = check_policy(policy_file("NO: 1\n" + RULE.format(when="insolvent", text="x")))
    assert [problem.message for problem in problems] == ["unknown key 'NO' in the policy"]


LAUGHS = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
"""A list of lists that would be too large for any memory if its aliases were followed."""


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("rules: [\n", 4, "is not YAML"),
        ("rules:\n\t- x\n", 4, "is not YAML"),
        ('a: "x\n', 4, "is not YAML"),
        ("a: b: c\n", 3, "is not YAML"),
        ("a: \x07\n", 3, "is not YAML"),
        ("name: twice\n", 3, "duplicate key 'name': it is set on line 2"),
        ("data: &a {must_tie_out: true}\naging: *a\n", 4, "aliases (*name) are not part of a policy"),
        ("a: " + "[" * 30 + "]" * 30 + "\n", 3, "nested too deeply"),
        ("a: !!python/object:os.system x\n", 3, "is not part of a policy"),
        (LAUGHS, 4, "aliases (*name) are not part of a policy"),
        ("a: " + "[" * 100_000, 3, "nested too deeply"),
        ("? [a]\n: 5\n", 3, "a key must be text"),
        ("settings: {x: 123456789012345}\n", 3, "number '123456789012345' is too long"),
        ("settings: {x: 0.00001}\n", 3, "number '0.00001' is too long"),
        ("--- \npolicy: 1\n", 3, "is not YAML"),
    ],
)
def test_what_a_policy_cannot_hold_is_told_with_its_line(text, line, message, policy_file):
    """Broken YAML, duplicate keys, aliases, tags and numbers beyond an amount are problems with a line."""
    policy, problems = check_policy(policy_file(text))
    assert policy is None
    assert (line, True) in [(problem.line, message in problem.message) for problem in problems]


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"- a\n", b"just text\n"])
def test_a_file_without_a_policy_says_so(content, tmp_path):
    """An empty file, a list or a sentence is no policy."""
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)
    assert [str(problem).split(": ", 1)[1] for problem in check_policy(path)[1]] == [
        "holds no policy; erp-ar policy schema prints what one holds"
    ]


def test_a_missing_file_is_a_problem_with_a_place(tmp_path):
    """A policy that is not there is told by its path, with the next step."""
    path = tmp_path / "none.yaml"
    with pytest.raises(PolicyError, match="cannot be read: No such file or directory") as stopped:
        load_policy(path)
    assert stopped.value.place == str(path)
    assert stopped.value.problems[0].hint == "[policy] file in erp-ar.toml names the policy"


def test_text_in_another_encoding_is_told_with_its_line(tmp_path):
    """A file that is not UTF-8 is told with the line where that shows; a byte order mark does no harm."""
    path = tmp_path / "policy.yaml"
    path.write_bytes(b"policy: 1\nname: caf\xe9\n")
    assert str(check_policy(path)[1][0]) == f"{path}:2:1: is not UTF-8 text; save the file with encoding UTF-8"
    path.write_bytes(b"\xef\xbb\xbfpolicy: 1\nname: x\n" + RULE.format(when="insolvent", text="x").encode())
    assert load_policy(path).name == "x"


ODD = [
    "policy: true\nname: x\nrules: [{id: [a], group: [1], priority: x, hold: {a: 1}, action: [hold], when: []}]\n",
    "rules: [{action: note, id: a, group: g, priority: 1, for_each: {}, when: {a: 1}, text: [x]}]\n",
    "layers: [{disable: 5, level: [], settings: {a: 1}}, {level: [], settings: {a: 2}, disable: [[1], a]}]\n",
    "layers: {a: 1}\nsettings: [1]\naging: [30]\ndata: no\npayment_plans: 3\nrules: {}\n",
    "aging: {buckets: {a: 1}}\nsettings: {b: {USD: [1]}}\nlayers: [[1], null, {settings: {a: null}, when: 5}]\n",
]


@pytest.mark.parametrize("text", ODD)
def test_values_of_any_shape_in_any_place_are_problems(text, tmp_path):
    """Whatever stands where something else belongs, the check tells it and never breaks down."""
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    policy, problems = check_policy(path)
    assert policy is None
    assert problems


@pytest.mark.parametrize("when", ["''", "' '", "not " * 900 + "insolvent", "1+" * 1900 + "1 > 0", "(" * 31 + ")" * 31])
def test_empty_and_endless_conditions_are_one_problem(when, policy_file):
    """A condition of nothing, or one that never ends, is told once."""
    _, problems = check_policy(policy_file(RULE.format(when=when, text="x")))
    assert [problem.line for problem in problems] == [4]
