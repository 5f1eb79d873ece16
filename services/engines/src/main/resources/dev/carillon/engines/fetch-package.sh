# Fetches a Debian package with this machine's own package sources and keys, as any user, installing nothing.
# Arguments: a working folder (created, left to the caller to delete), the suite to take it from, the package, and `all` for what it needs too.
# Afterwards the package is unpacked in FOLDER/root.
set -eu
folder=$1
suite=$2
package=$3
needed=${4:-}
etc=/etc/apt

for tool in apt-get dpkg-deb awk; do
  command -v "$tool" >/dev/null || { echo "$tool is not on the PATH; only Debian and its relatives can fetch $package"; exit 1; }
done
for part in source state lists/partial cache/archives/partial deb/partial root; do
  mkdir -p "$folder/$part"
done
: >"$folder/state/status"

# The first stanza (deb822) or line (old format) that names the distribution itself is reused with another suite.
deb822=$(ls "$etc"/sources.list.d/debian.sources "$etc"/sources.list.d/ubuntu.sources 2>/dev/null | head -n 1)
if [ -n "$deb822" ]; then
  awk -v suite="$suite" '
    /^#/ { next }
    /^[ \t]*$/ { if (seen) exit; next }
    /^Suites:/ { print "Suites: " suite; next }
    /^Components:/ && /universe|multiverse|restricted/ { print "Components: main universe"; next }
    /^Components:/ { print "Components: main"; next }
    /^Enabled:/ { next }
    { seen = 1; print }' "$deb822" >"$folder/source/only.sources"
  [ -s "$folder/source/only.sources" ] || { echo "no package source in $deb822"; exit 1; }
else
  cat "$etc"/sources.list "$etc"/sources.list.d/*.list 2>/dev/null | awk -v suite="$suite" '
    /^deb[ \t]/ && !/security/ {
      line = "deb"
      field = 2
      if ($2 ~ /^\[/) {
        while (1) { line = line " " $field; if ($field ~ /\]$/) break; field++ }
        field++
      }
      address = $field
      if (address !~ /debian|ubuntu/) next
      print line, address, suite, (address ~ /ubuntu/ ? "main universe" : "main")
      exit
    }' >"$folder/source/only.list"
  [ -s "$folder/source/only.list" ] || { echo "no package source in $etc/sources.list"; exit 1; }
fi

apt() {
  apt-get -qq -o Dir::State="$folder/state" -o Dir::State::status="$folder/state/status" \
    -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder/cache" \
    -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$folder/source" -o Dir::Etc::PreferencesParts=/dev/null \
    -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 "$@"
}
apt update
cd "$folder/deb"
if [ "$needed" = all ]; then
  apt -o Dir::Cache::archives="$folder/deb" -y --no-install-recommends --download-only install "$package"
else
  apt download "$package"
fi
for file in *.deb; do
  dpkg-deb -x "$file" "$folder/root"
done
