#!/usr/bin/env bash
# Everything about the sources that a machine can check. usage: scripts/lint.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
faults=0
fault() { echo "lint: $*" >&2; faults=1; }

# The lints must be able to fail: a planted violation of the arrows has to be caught.
plant=$(mktemp -d)
trap 'rm -rf "$plant"' EXIT
mkdir -p "$plant/schemas" "$plant/crypto" "$plant/broker/hall"
for planted in 'schemas/up.h broker/gate/gate.h' 'crypto/hash.h schemas/codes.h' 'broker/hall/unnamed.h base/result.h'; do
  read -r file target <<<"$planted"
  echo "#include \"$target\"" >"$plant/$file"
  scripts/arrows.py check "$plant" 2>/dev/null && fault "arrows.py does not catch $file"
  rm "$plant/$file"
done
scripts/arrows.py check "$plant" || fault "arrows.py finds a fault where there is none"
scripts/arrows.py check || fault "an arrow between folders is not allowed"

while read -r lines file; do
  [ "$lines" -le 600 ] || fault "$file has $lines lines: which concept inside wants a name and a file of its own?"
done < <(git ls-files '*.cc' '*.h' '*.sh' '*.py' dev | xargs wc -l | grep -v ' total$')

# Public headers name no type of Boost, protobuf or SQLite, nor what they include of ours.
if grep -nE 'boost|google|protobuf|sqlite|SQLite' client_sdk/include/veerpont/*.h {base/{api,ids,language,refusal,result,time},schemas/{codes,finding}}.h | grep -v '// '; then
  fault "a public header names a type that is not ours"
fi
# Beast is slow to compile: only in these files, never in a header.
beast=$(git grep -lE '#include <boost/beast' -- '*.cc' '*.h' | grep -vxE 'net/server.cc|client_sdk/link/websocket_transport.cc|cmake/boost_net_impl.cc|fuzz/http_request.cc|tests/e2e/lying_proxy.cc|bench/floor.cc' || true)
[ -z "$beast" ] || fault "Beast is included in $beast"
git grep -nE 'sleep_for|usleep|[^a-z_]sleep\(' -- tests && fault "a test sleeps instead of waiting on a condition"
# The threat model names the tests that show it; each must exist.
while IFS=. read -r suite name; do
  name=${name%%[*…]*}
  git grep -qE "TEST(_F|_P)?\\($suite, ${name:-.}|RC_GTEST_PROP\\($suite, ${name:-.}|TYPED_TEST\\($suite, ${name:-.}" -- tests || fault "docs/threat-model.md names a test that is not there: $suite.$name"
done < <(grep -oE '`[A-Z][A-Za-z]+\.[^`]+`' docs/threat-model.md | tr -d '`')
scripts/sentences.py || fault "a sentence has no Dutch in base/dutch.txt"
scripts/references.py || fault "a document or a comment names a file that is not there"
git grep -nwE 'TODO|FIXME|XXX' -- ':!scripts/lint.sh' && fault "unfinished by its own words"
doxygen docs/Doxyfile || fault "the API reference has warnings"
[ -s build/reference/html/classveerpont_1_1Client.html ] || fault "the API reference was not made"

git ls-files -z '*.cc' '*.h' | xargs -0 clang-format --dry-run --Werror || fault "run ./dev format"

scripts/tidy.py "$build" || fault "clang-tidy found something"

[ $faults = 0 ] && echo "lint: clean"
exit $faults
