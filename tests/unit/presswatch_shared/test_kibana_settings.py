"""What stands in PRESSWATCH_KIBANA."""

import pytest

from presswatch_shared.errors import BadInput
from presswatch_shared.kibana_settings import kibana_settings


def test_the_address_is_shown_without_its_user() -> None:
    settings = kibana_settings("https://anna:s%40fe@kibana.example.org:5601/base/")

    assert settings.url == "https://kibana.example.org:5601/base"
    assert (settings.user, settings.password) == ("anna", "s@fe")
    assert "s@fe" not in repr(settings)


def test_a_space_has_its_own_root() -> None:
    assert kibana_settings("http://[::1]:5601").root == "http://[::1]:5601"
    assert kibana_settings("http://[::1]:5601", space="desk").root == "http://[::1]:5601/s/desk"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        pytest.param("kibana:5601", "http://host:5601", id="no scheme"),
        pytest.param("ftp://kibana:5601", "http://host:5601", id="another scheme"),
        pytest.param("http://", "http://host:5601", id="no host"),
        pytest.param("http://kibana:port", "no good port", id="no port"),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(address: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        kibana_settings(address)


def test_a_user_and_a_key_at_once_are_refused() -> None:
    with pytest.raises(BadInput, match="use one of them"):
        kibana_settings("http://anna:secret@kibana:5601", api_key="key")
