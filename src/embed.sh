#!/bin/sh
# Writes C that holds files, on standard output:
#	embed.sh migrations FILE...	schema/NNN_what.sql, in order
#	embed.sh openapi FILE		src/api/openapi.json
# Every byte becomes a character constant: no limit on the length of a
# string literal is met, and no byte has a second meaning.
set -eu

bytes() { # FILE: its bytes and a NUL, as an initialiser
	printf '{\n'
	od -An -v -t o1 "$1" |
	    sed "s/ *\([0-7][0-7][0-7]\)/'\\\\\\1',/g"
	printf "'\\\\0'};\n"
}

what=$1
shift
echo '/* Made by src/embed.sh. */'
case $what in
migrations)
	rows='' n=0 last=0
	echo '#include "db/migrate.h"'
	for file do
		name=${file##*/}
		name=${name%.sql}
		case $name in
		[0-9][0-9][0-9]_?*) ;;
		*) echo "embed.sh: $file: not named NNN_what.sql" >&2; exit 1 ;;
		esac
		version=${name%%_*}
		version=${version#0}
		version=${version#0}
		if [ "$version" -ne $((last + 1)) ]; then
			echo "embed.sh: $file: expected version $((last + 1))" >&2
			exit 1
		fi
		last=$version
		printf 'static const char sql_%d[] = ' "$version"
		bytes "$file"
		rows="$rows	{ $version, \"$name\", sql_$version },
"
		n=$((n + 1))
	done
	printf 'const struct migration migrations[] = {\n%s};\n' "$rows"
	printf 'const int migrations_n = %d;\n' "$n"
	;;
openapi)
	echo '#include "embed.h"'
	printf 'const char openapi_json[] = '
	bytes "$1"
	echo 'const size_t openapi_json_n = sizeof(openapi_json) - 1;'
	;;
*)
	echo "embed.sh: what is \"$what\"?" >&2
	exit 2
	;;
esac
