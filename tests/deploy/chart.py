"""The Helm chart: rendered by Helm itself and held against what Kubernetes, KEDA and the Prometheus operator take."""

from __future__ import annotations

import importlib
import importlib.util
import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from tests.deploy.programs import ROOT, left_out

__all__ = ["REFUSED", "RENDERED", "check_chart", "faults_of", "refusal", "rendered"]

CHART = ROOT / "deploy" / "helm" / "presswatch"
KUBERNETES = ("1.27.0", "1.37.0")
"""The oldest and the newest that the chart is for."""
MODELS = {
    "ScaledObject": ("cloudcoil.models.keda.v1alpha1", "ScaledObject"),
    "PodMonitor": ("cloudcoil.models.prometheus_operator.v1", "PodMonitor"),
    "PrometheusRule": ("cloudcoil.models.prometheus_operator.v1", "PrometheusRule"),
}
Values = Mapping[str, Any]

LEAST: Values = {
    "stream": "kafka://kafka.example:9092",
    "store": "postgresql://presswatch@postgresql.example:5432/presswatch",
    "index": "https://elasticsearch.example:9200",
    "secret": {"name": "presswatch"},
    "services": {"crawler": {"settings": {"PRESSWATCH_CRAWLER_CONTACT": "https://example.org/"}}},
}
ALL_ON: Values = {
    **LEAST,
    "stream": "kafka+tls://presswatch@kafka.example:9093",
    "streamHost": "aiokafka",
    "image": {"registry": "registry.example", "repository": "news/presswatch", "tag": "0.1.0"},
    "imagePullSecrets": [{"name": "pull"}],
    "secret": {
        "name": "presswatch",
        "keys": {"PRESSWATCH_INDEX_API_KEY": "index-api-key"},
        "initKeys": {"PRESSWATCH_INDEX_API_KEY": "index-setup-key"},
    },
    "settings": {"PRESSWATCH_STREAM_PREFIX": "desk.", "PRESSWATCH_LOG_LEVEL": "WARNING"},
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "news", "operator": "Exists"}],
    "ingress": {"enabled": True, "host": "news.example", "className": "nginx", "tlsSecret": "tls"},
    "podMonitor": {"enabled": True, "webToken": {"secret": "scrape"}},
    "prometheusRule": {"enabled": True, "labels": {"release": "prometheus"}},
    "keda": {"enabled": True, "authentication": "kafka"},
}
NOTHING_EXTRA: Values = {
    **LEAST,
    "podDisruptionBudget": {"enabled": False},
    "networkPolicy": {"enabled": False},
}
RENDERED: Mapping[str, Values] = {"least": LEAST, "all on": ALL_ON, "nothing extra": NOTHING_EXTRA}
REFUSED: Mapping[str, Values] = {
    "stream": {**LEAST, "stream": "sqlite"},
    "store": {**LEAST, "store": "sqlite"},
    "index": {**LEAST, "index": "https://elastic:secret@elasticsearch.example:9200"},
    "secret": {**LEAST, "secret": {"name": ""}},
    "PRESSWATCH_CRAWLER_CONTACT": {**LEAST, "services": {}},
    "replicas": {**LEAST, "services": {**LEAST["services"], "web": {"replicas": -1}}},
    "tag": {**LEAST, "image": {"tag": "latest"}},
    "host": {**LEAST, "ingress": {"enabled": True}},
    "replica": {**LEAST, "replica": 3},
    "LOG_LEVEL": {**LEAST, "settings": {"LOG_LEVEL": "INFO"}},
}
"""What the refusal has to name → values."""


def check_chart() -> int:
    """How many checks failed."""
    if importlib.util.find_spec("helm_python") is None:
        return left_out("Helm", "deploy/helm was not rendered (make servers-installed brings it)")
    objects, faults = 0, list(_not_refused())
    for name, values in RENDERED.items():
        made = rendered(values)
        objects += len(made)
        faults += [f"deploy/helm, {name}: {fault}" for one in made for fault in faults_of(one)]
    print(
        f"Helm: {len(RENDERED)} sets of values, {objects} objects, {len(KUBERNETES)} versions, {len(REFUSED)} refusals"
    )
    print("\n".join(faults), end="\n" if faults else "")
    return len(faults)


def rendered(values: Values) -> Sequence[Mapping[str, Any]]:
    """The objects that Helm would send to a cluster."""
    with _chart() as chart:
        chart.validate_schema(dict(values))
        files = chart.render(values=dict(values), name="news", namespace="press")
    texts = [text for name, text in sorted(files.items()) if name.endswith(".yaml")]
    return [one for text in texts for one in yaml.safe_load_all(text) if one]


def _chart() -> Any:
    """As `helm package` packs it: the link to the rules is the rules."""
    import helm_python

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", dereference=True) as archive:
        archive.add(CHART, arcname=CHART.name)
    return helm_python.Chart.load_archive(packed.getvalue())


def refusal(values: Values) -> str:
    """What Helm says about values that the schema does not take; empty where it takes them."""
    import helm_python

    with _chart() as chart:
        try:
            chart.validate_schema(dict(values))
        except helm_python.HelmError as error:
            return str(error)
    return ""


def faults_of(made: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for everything that its kind does not take."""
    if made["kind"] in MODELS:
        yield from _faults_of_custom(made)
        return
    import kubernetes_validate

    for version in KUBERNETES:
        try:
            kubernetes_validate.validate(made, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{made['kind']} {made['metadata']['name']}, Kubernetes {version}: {error}"


def _faults_of_custom(made: Mapping[str, Any]) -> Iterator[str]:
    module, name = MODELS[made["kind"]]
    model = getattr(importlib.import_module(module), name)
    try:
        known = model.model_validate(made).model_dump(by_alias=True, exclude_unset=True, mode="json")
    except ValueError as error:
        yield f"{made['kind']} {made['metadata']['name']}: {error}"
        return
    # The models pass over what they do not know.
    for path in sorted(_paths(made) - _paths(known)):
        yield f"{made['kind']} {made['metadata']['name']}: there is no {path}"


def _paths(value: Any, before: str = "") -> set[str]:
    if isinstance(value, Mapping):
        inner = [_paths(one, f"{before}.{key}") | {f"{before}.{key}"} for key, one in value.items()]
        return set().union(*inner)
    if isinstance(value, list):
        return set().union(*(_paths(one, f"{before}[]") for one in value))
    return set()


def _not_refused() -> Iterator[str]:
    for name, values in REFUSED.items():
        if name not in (said := refusal(values)):
            yield f"deploy/helm: values with a wrong {name} are not refused by that name: {said or 'they are taken'}"
