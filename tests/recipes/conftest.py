import functools

import pytest
from speechbrain.utils import logger


@pytest.fixture(scope="session", autouse=True)
def environment_described_once():
    """`pip freeze` takes longer than many a run of a test."""
    describe = functools.cache(logger.get_environment_description)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logger, "get_environment_description", describe)
        yield
