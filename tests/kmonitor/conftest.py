import pytest

from tests.builders import CUFF, link
from tests.lived_session import Bedside


@pytest.fixture
def bedside() -> Bedside:
    bed = Bedside()
    bed.take(link(bed.now))
    bed.take(link(bed.now, name=CUFF))
    return bed
