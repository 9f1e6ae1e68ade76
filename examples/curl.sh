#!/bin/sh
# Export a CV as a PDF with curl and jq: ./curl.sh cv.json > cv.pdf
set -eu
api=${PDF_EXPORT_URL:-http://127.0.0.1:8080}/api/export-pdf/job

# The same key and request give the same job, so curl may send the request again.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
job=$(jq '{resumeId: "example", templateId: "modern", cvData: .}' "$1" |
  curl -sS --fail-with-body --retry 4 -H 'Content-Type: application/json' -H "Idempotency-Key: $key" --data-binary @- "$api" |
  jq -er .jobId)

# ?wait answers as soon as the job has ended, or after 20 s: 100 s in all.
for _ in 1 2 3 4 5; do
  answer=$(curl -sS --fail-with-body --retry 4 "$api/$job?wait=20")
  case $(printf %s "$answer" | jq -r .status) in
    done) exec curl -sS --fail --retry 4 "$(printf %s "$answer" | jq -r .fileUrl)" ;;
    error) printf '%s\n' "$answer" | jq -r .error >&2; exit 1 ;;
  esac
done
echo "There is no PDF yet: $api/$job" >&2
exit 4
