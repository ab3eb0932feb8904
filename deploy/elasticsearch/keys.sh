#!/bin/sh
# What others get instead of the superuser's password, each in a file. Run again, it keeps what still works.
#   sh keys.sh services FILE    an API key limited to the indices of Presswatch (services-key.json)
#   sh keys.sh kibana FILE      a token of Kibana's service account
# Needs ELASTICSEARCH (an address) and ELASTIC_PASSWORD; ELASTIC_USER where it is not elastic, ELASTIC_CA for a file of the authority.
set -eu

here=$(dirname "$0")
kind=$1
file=$2
token=/_security/service/elastic/kibana/credential/token/presswatch

main() {
    if [ -s "$file" ] && works "$(scheme) $(cat "$file")"; then
        echo "$kind: the key in $file works"
        return
    fi
    made=$("$kind")
    [ -n "$made" ] || { echo "$kind: Elasticsearch gave no key" >&2; exit 1; }
    # Whole or not at all, and readable for the container that it is mounted into.
    printf %s "$made" > "$file.new"
    chmod 0444 "$file.new"
    mv "$file.new" "$file"
    echo "$kind: a new key is in $file"
}

# The keys of this name before are for files that are gone.
services() {
    ask -X DELETE /_security/api_key -d '{"name":"presswatch-services"}' > /dev/null 2>&1 || true
    ask -X POST /_security/api_key -d "@$here/services-key.json" | field encoded
}

kibana() {
    ask -X DELETE "$token" > /dev/null 2>&1 || true
    ask -X POST "$token" | field value
}

scheme() {
    if [ "$kind" = services ]; then echo ApiKey; else echo Bearer; fi
}

works() {
    request -o /dev/null -H "Authorization: $1" "$ELASTICSEARCH/_security/_authenticate" 2> /dev/null
}

# METHOD and path, then what curl takes.
ask() {
    method=$2 path=$3
    shift 3
    request -u "${ELASTIC_USER:-elastic}:$ELASTIC_PASSWORD" -H 'Content-Type: application/json' \
        -X "$method" "$ELASTICSEARCH$path" "$@"
}

request() {
    curl -fsS --max-time 60 ${ELASTIC_CA:+--cacert "$ELASTIC_CA"} "$@"
}

# The text of a field in one line of JSON.
field() {
    sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}

main
