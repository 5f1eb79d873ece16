# Fetches MySQL 9 as Debian packages it for its unstable suite, with the loader and the libraries that it needs, as any user, installing nothing.
# Arguments: a working folder (created, left to the caller to delete), and the script fetch-package.sh.
# Afterwards FOLDER/mysql holds what the server loads: bin, lib with the loader, share. Of all packages nothing else is kept.
set -eu
work=$1
libraries=$work/root/usr/lib/x86_64-linux-gnu
loader=$work/root/usr/lib64/ld-linux-x86-64.so.2
server=$work/root/usr/sbin/mysqld

mkdir -p "$work/mysql/bin" "$work/mysql/lib"
sh "$2" "$work" sid mysql-server-core all
"$loader" --library-path "$libraries" "$server" --version | grep ' Ver 9\.'
"$loader" --library-path "$libraries" --list "$server" >"$work/libraries"
sed -n 's/.* => \(.*x86_64-linux-gnu.*\) (.*/\1/p' "$work/libraries" | while IFS= read -r library; do
  cp -L "$library" "$work/mysql/lib"
done
cp -L "$loader" "$work/mysql/lib"
cp "$server" "$work/mysql/bin"
cp -R "$work/root/usr/share/mysql" "$work/mysql/share"
