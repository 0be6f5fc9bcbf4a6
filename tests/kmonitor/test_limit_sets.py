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


def test_a_sites_own_file_goes_before_the_shipped_one(site):
    own = site('[[rule]]\ncondition = "spo2_low"\nlevel = [{priority = "medium", limit = 92}]\n')
    assert (own.author, own.shown(Judged.SPO2)) == ("Dr A", (92, None))


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
        (
            '[[rule]]\ncondition = "pulse_low"\nlevel = [{priority="medium", limit=90}]\n'
            '[[rule]]\ncondition = "pulse_high"\nlevel = [{priority="medium", limit=80}]\n',
            "must lie below",
        ),
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
