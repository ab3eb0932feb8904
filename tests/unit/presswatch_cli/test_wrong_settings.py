"""Every setting has an example that works, and a wrong value is refused with its name, why, and that example."""

from __future__ import annotations

import pytest

from presswatch_cli.load_settings import HIDDEN, load_settings
from presswatch_shared.errors import BadInput
from presswatch_shared.setting_examples import EXAMPLES
from presswatch_shared.settings import Settings

SECRETS = {"stream_password", "store_password", "index_api_key", "kibana_api_key", "secret_key", "openid_secret"} | {
    "smtp_password"
}
WRONG = {
    "data": "   ",
    "stream": "nats://broker:4222",
    "stream_host": "flink",
    "stream_prefix": "press/",
    "stream_member": "two words",
    "stream_partitions": "none",
    "stream_replicas": "-1",
    "store": "mysql://db/news",
    "store_connections": "1",
    "index": "search.example",
    "index_ca": "two\nlines",
    "index_prefix": "Über",
    "index_refresh": "5",
    "kibana": "kibana.example",
    "kibana_ca": "two\nlines",
    "kibana_space": "My Space",
    "bind": "8080",
    "login": "never",
    "openid_issuer": "login.example",
    "openid_client": "two\nlines",
    "openid_role": "root",
    "metrics_bind": "localhost",
    "language": "tlh",
    "public_url": "news.example",
    "allow_networks": "10.0.0.1/8",
    "allow_ports": "80;443",
    "crawler_min_interval": "often",
    "crawler_host_delay": "5",
    "crawler_max_item_age": "a month",
    "crawler_contact": "me",
    "crawler_concurrency": "0",
    "crawler_lease": "1ms",
    "enrichment_workers": "many",
    "enrichment_deadline": "0",
    "enrichment_models": "gpt",
    "enrichment_site_memory": " ",
    "enrichment_memory_mib": "16",
    "delivery_lease": "1ms",
    "retention_pages": "3",
    "retention_alerts": "-3d",
    "retention_ledger": "3 d x",
    "retention_inbox": "ever",
    "smtp": "mail.example",
    "smtp_sender": "nobody",
    "smtp_starttls": "maybe",
    "smtp_ca": "two\nlines",
    "apprise_schemes": "tgram,no scheme",
    "log_level": "loud",
} | dict.fromkeys(SECRETS, "hunter2\nhunter3")


def test_every_setting_has_an_example() -> None:
    assert EXAMPLES.keys() == WRONG.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("field", sorted(EXAMPLES))
def test_the_example_of_a_setting_works(field: str) -> None:
    loaded = load_settings({f"PRESSWATCH_{field.upper()}": EXAMPLES[field]})
    assert loaded.origins == {field: "environment"}
    assert getattr(loaded.settings, field) is not None


@pytest.mark.parametrize("field", sorted(WRONG))
def test_a_wrong_value_is_refused_with_its_name_why_and_what_works(field: str) -> None:
    name = f"PRESSWATCH_{field.upper()}"
    with pytest.raises(BadInput) as refused:
        load_settings({name: WRONG[field]})
    said = str(refused.value)
    shown = HIDDEN if field in SECRETS else repr(WRONG[field])
    assert said.startswith(f"{name} (environment) is {shown}: "), said
    assert said.endswith(f"; for example {name}={EXAMPLES[field]} works"), said
    assert "\n" not in said
    assert "hunter" not in said
    why = said.removeprefix(f"{name} (environment) is {shown}: ").rpartition("; for example")[0]
    assert len(why) > 10, said
    assert HIDDEN not in why, "advice that looks like an address with a user is hidden like one"


def test_what_is_shown_of_a_wrong_address_has_no_password() -> None:
    with pytest.raises(BadInput) as refused:
        load_settings({"PRESSWATCH_STORE": "mysql://ann:hunter2@db/news"})
    assert "hunter2" not in str(refused.value)
