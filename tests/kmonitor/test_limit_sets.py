import pytest

from kmonitor import limit_sets
from kmonitor.alarms.limits import Judged
from kmonitor.errors import SettingsError

HEAD = 'schema = 1\nname = "own"\ntitle = "Own"\nversion = 2\nauthor = "Dr A"\ndated = 2026-11-01\n'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "limits").mkdir()

    def write(rules: str, head: str = HEAD):
        (tmp_path / "limits" / "adult.toml").write_text(head + rules, encoding="utf-8")
        return limit_sets.load("adult", tmp_path)

    return write


def test_the_default_set_is_that_of_the_design():
    adult = limit_sets.load_default()
    assert adult.shown(Judged.SPO2) == (90, None)
    assert adult.shown(Judged.PULSE_RATE) == (50, 120)
    assert adult.shown(Judged.NIBP_SYSTOLIC) == (90, 160)
    assert adult.shown(Judged.NIBP_DIASTOLIC) == (45, 105)
    assert len(adult.sha256) == 64


def rules(**changed: str) -> str:
    """A whole set; a condition named in `changed` has these levels instead, or none at all."""
    levels = {
        "spo2_low": '{priority = "medium", limit = 92}',
        "pulse_low": '{priority = "medium", limit = 50}',
        "pulse_high": '{priority = "medium", limit = 120}',
        "nibp_systolic_low": '{priority = "medium", limit = 90}',
        "nibp_systolic_high": '{priority = "medium", limit = 160}',
    } | changed
    return "".join(
        f'[[rule]]\ncondition = "{name}"\nlevel = [{level}]\n'
        for name, level in levels.items()
        if level
    )


def test_a_sites_own_file_goes_before_the_shipped_one(site):
    own = site(rules())
    assert (own.author, own.shown(Judged.SPO2)) == ("Dr A", (92, None))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"spo2_low": ""}, "no rule for spo2_low"),
        ({"spo2_low": '{priority = "medium", limit = 900}'}, "impossible limit"),
        ({"spo2_low": '{priority = "medium", limit = 0}'}, "impossible limit"),
        ({"spo2_low": '{priority = "medium", limit = 90, for_s = 86400}'}, "for_s"),
        ({"spo2_low": '{priority="medium", limit=85}, {priority="high", limit=90}'}, "further out"),
        ({"nibp_systolic_high": '{priority = "medium", limit = 160, rise = -30}'}, "rise"),
        ({"pulse_low": '{priority = "low", limit = 50, fraction_of_baseline = 8}'}, "fraction"),
        ({"pulse_low": '{priority = "medium", limit = 130}'}, "must lie below"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(site, changed, words):
    with pytest.raises(SettingsError, match=words):
        site(rules(**changed))


def test_a_condition_stands_only_once(site):
    with pytest.raises(SettingsError, match="twice"):
        site(rules() + '[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="low", limit=95}]\n')


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ('[[rule]]\ncondition = "spo2_lo"\nlevel = [{priority="low", limit=1}]', "condition"),
        ('[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="urgent", limit=1}]', "priority"),
        ('[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="low"}]', "limit is missing"),
        ('[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="low", limit="x"}]', "a number"),
        (
            '[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="low", limit=1, fro_s=3}]',
            "fro_s is not known",
        ),
        ('[[rule]]\ncondition = "spo2_low"\nlevel = []', "list of tables"),
        ('[[rule]]\ncondition = "spo2_low"\nlevel = [{priority="low", limit=nan}]', "finite"),
        ("[[rule]\n", "line"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_file_and_field(site, rules, words):
    with pytest.raises(SettingsError, match=words) as refused:
        site(rules)
    assert "adult.toml" in str(refused.value)


def test_another_schema_is_refused(site):
    with pytest.raises(SettingsError, match="schema"):
        site("", HEAD.replace("schema = 1", "schema = 9"))


def test_a_set_that_is_not_there_is_named():
    with pytest.raises(SettingsError, match=r"limits/nowhere\.toml"):
        limit_sets.load("nowhere")
