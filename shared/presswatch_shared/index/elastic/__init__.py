"""Elasticsearch 8 and 9, and OpenSearch 2, as the index. The official clients are imported here alone, when used."""
