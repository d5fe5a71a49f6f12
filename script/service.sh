#!/bin/sh
# The second half of script/server, which starts it: not to be run by hand.
#
# service.sh BASE PORT WORKERS, in the state folder, which is locked, as
# the user who owns it: Postgres, workers, nginx; one line when all are
# ready; stop them when told or when one is gone.
set -eu
umask 077
state=$(pwd -P)
base=$1 port=$2 workers=$3
program=$base/build/taskchat
unset TASKCHAT_LISTEN PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD \
    PGSERVICE PGOPTIONS PGDATA

say() {
	printf 'taskchat: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

die_showing() { # FILE MESSAGE...: with the end of that log
	file=$1
	shift
	say "$*; the end of $state/$file:"
	tail -n 20 "$file" >&2 || :
	exit 1
}

# ---- stopping

postgres='' pool='' nginx='' nap=''

gone() { # wait until a child has ended, however often we are interrupted
	while kill -0 "$1" 2>/dev/null; do
		wait "$1" || :
	done
}

hurry() {
	[ -z "$pool" ] || kill -s KILL -- "-$pool" || :
	[ -z "$nginx" ] || kill -TERM "$nginx" || :
} 2>/dev/null

# nginx lets nobody new in, the workers finish what is in flight, and only
# then does the database go.
finish() {
	status=$?
	trap - EXIT
	trap hurry INT TERM HUP
	set +e
	[ -z "$nap" ] || kill "$nap"
	[ -z "$nginx" ] || kill -QUIT "$nginx"
	if [ -n "$pool" ]; then
		kill -TERM "$pool"
		gone "$pool"
		kill -s KILL -- "-$pool"
	fi
	[ -z "$nginx" ] || { kill -TERM "$nginx"; gone "$nginx"; }
	[ -z "$postgres" ] || { kill -INT "$postgres"; gone "$postgres"; }
	exit "$status"
} 2>/dev/null
trap finish EXIT
trap 'exit 0' INT TERM HUP

rest() { # SECONDS, cut short by a signal
	sleep "$1" &
	nap=$!
	wait "$nap" || :
	nap=
}

mkdir -p run log nginx

# A socket's path has to be shorter than 108 bytes, and nothing in it should
# need quoting in a connection string or in nginx's configuration.
run=$state/run
case $run in
*[!A-Za-z0-9/._-]*) plain=no ;;
*) plain=yes ;;
esac
if [ $plain = no ] || [ ${#run} -gt 80 ]; then
	run=$(cat run/elsewhere 2>/dev/null || :)
	if [ -z "$run" ] || [ -L "$run" ] ||
	    [ "$(stat -c %u:%a "$run" 2>/dev/null)" != "$(id -u):700" ]; then
		run=$(mktemp -d /tmp/taskchat-XXXXXXXX)
		echo "$run" >run/elsewhere
	fi
fi

# ---- settings: made once, the owner's from then on; only lines that are
# still as this script wrote them follow a folder or port that has moved.
# A file of an older version is not given lines it never had: accounts would
# take the bare user ids away from the people who are there.

secret() { # FILE
	[ -s "$1" ] ||
	    od -An -N32 -v -t x1 /dev/urandom | tr -d ' \n' >"$1"
}
secret jwt_secret
secret auth_secret
cat >generated.new <<END
database_url = host=$run dbname=taskchat user=taskchat
migrate_url = host=$run dbname=taskchat user=taskchat_owner
jwt_secret_file = $state/jwt_secret
accounts = on
auth_secret_file = $state/auth_secret
public_url = http://127.0.0.1:$port
allowed_origins = http://127.0.0.1:$port, http://localhost:$port
END
if [ ! -f taskchat.conf ]; then
	{
		echo '# Made by script/server; change what you like.'
		echo '# Every setting: man/taskchat.conf.5'
		cat generated.new
	} >taskchat.conf
elif [ -f generated ]; then
	awk '
	    FNR == 1 { file++ }
	    file == 1 { was[$1] = $0; next }
	    file == 2 { now[$1] = $0; next }
	    { print ($1 in now) && $0 == was[$1] ? now[$1] : $0 }
	    ' generated generated.new taskchat.conf >taskchat.conf.new
	cmp -s taskchat.conf taskchat.conf.new ||
	    cat taskchat.conf.new >taskchat.conf
	rm taskchat.conf.new
fi
mv generated.new generated

# start SIGNAL LOG COMMAND...: in a session of its own, so that a Ctrl-C
# reaches only this script; SIGNAL is what it gets should the script be
# killed.  $! is the command.
start() {
	signal=$1 file=$2
	shift 2
	setsid setpriv --pdeathsig "$signal" -- "$@" \
	    </dev/null >>"$file" 2>&1 9<&- &
}

# ---- Postgres

database() {
	if [ -f pg/PG_VERSION ]; then
		bin=/usr/lib/postgresql/$(cat pg/PG_VERSION)/bin
		[ -x "$bin/postgres" ] ||
		    die "$state/pg needs PostgreSQL $(cat pg/PG_VERSION)"
	else
		bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V |
		    tail -n 1)
		rm -rf pg.new
		"$bin/initdb" -D pg.new -U postgres -A trust -E UTF8 \
		    --locale=C.UTF-8 --data-checksums >log/initdb.log 2>&1 ||
		    die_showing log/initdb.log 'initdb failed'
		mv pg.new pg
	fi
	# After a kill -9 of this script the last one may still be leaving.
	for _ in $(seq 300); do
		[ -f pg/postmaster.pid ] || break
		kill -0 "$(head -n 1 pg/postmaster.pid)" 2>/dev/null || break
		rest 0.1
	done
	start INT log/postgres.log "$bin/postgres" -D pg -k "$run" \
	    -c listen_addresses= -c unix_socket_permissions=0700 \
	    -c logging_collector=off -c log_destination=stderr
	postgres=$!
	until "$bin/pg_isready" -q -h "$run"; do
		kill -0 "$postgres" 2>/dev/null ||
		    die_showing log/postgres.log 'Postgres did not start'
		rest 0.1
	done
	# Two roles: one owns the schema, the workers' may only use it and
	# is held by its row-level security.
	"$bin/psql" -h "$run" -U postgres -d postgres -X -q \
	    -v ON_ERROR_STOP=1 >log/roles.log 2>&1 <<-'END' ||
		SELECT 'CREATE ROLE taskchat_owner LOGIN NOSUPERUSER'
		WHERE to_regrole('taskchat_owner') IS NULL \gexec
		SELECT 'CREATE ROLE taskchat LOGIN NOSUPERUSER NOBYPASSRLS'
		WHERE to_regrole('taskchat') IS NULL \gexec
		SELECT 'CREATE DATABASE taskchat OWNER taskchat_owner'
		WHERE NOT EXISTS (
		    SELECT FROM pg_database WHERE datname = 'taskchat') \gexec
	END
	    die_showing log/roles.log 'making the roles failed'
}
if [ -n "${TASKCHAT_DATABASE_URL-}" ]; then
	export TASKCHAT_MIGRATE_URL="${TASKCHAT_MIGRATE_URL:-$TASKCHAT_DATABASE_URL}"
else
	database
fi
"$program" -f "$state/taskchat.conf" migrate >log/migrate.log 2>&1 ||
    die_showing log/migrate.log 'taskchat migrate failed'

# ---- workers

start TERM log/worker.log perl "$base/script/pool" "$run/worker.sock" \
    "$workers" "$program" -f "$state/taskchat.conf"
pool=$!

# ---- nginx

# Who may put our pages into a frame, as allowed_origins has it.
headers() {
	"$program" -f "$state/taskchat.conf" check --headers \
	    >nginx/headers 2>log/headers.log ||
	    die_showing log/headers.log 'taskchat check --headers failed'
	frame=$(grep -o 'frame-ancestors [^;"]*' nginx/headers) ||
	    die 'taskchat check --headers says nothing about frame-ancestors'
	sed "s|^set \$taskchat_frame .*|set \$taskchat_frame \"$frame\";|" \
	    "$base/conf/nginx-pages.conf" >nginx/pages.conf
	grep -qF "$frame" nginx/pages.conf ||
	    die 'conf/nginx-pages.conf has no line for frame-ancestors'
}
headers
cat >nginx/nginx.conf <<END
# Written by script/server at each start.
pid nginx/nginx.pid;
error_log log/nginx.log warn;
worker_processes auto;
events {
	worker_connections 1024;
}
http {
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log off;
	server_tokens off;
	client_body_temp_path nginx/body;
	proxy_temp_path nginx/proxy;
	fastcgi_temp_path nginx/fastcgi;
	uwsgi_temp_path nginx/uwsgi;
	scgi_temp_path nginx/scgi;

	server {
		listen 127.0.0.1:$port;
		root pages;
		client_max_body_size 2m;
		large_client_header_buffers 4 32k;

		include pages.conf;

		location /api/ {
			include /etc/nginx/fastcgi_params;
			fastcgi_pass unix:$run/worker.sock;
			# A token and cookies are large headers, both ways.
			fastcgi_buffer_size 32k;
			fastcgi_buffers 8 32k;
			# Longer than any turn_timeout: the worker decides.
			fastcgi_read_timeout 3700s;
			error_page 413 @too_large;
			error_page 502 504 @no_worker;
		}
		location ~ ^/\\.well-known/oauth-(protected-resource|authorization-server)(/|\$) {
			include /etc/nginx/fastcgi_params;
			fastcgi_pass unix:$run/worker.sock;
			error_page 502 504 @no_worker;
		}
		location @too_large {
			internal;
			default_type application/problem+json;
			add_header Cache-Control no-store always;
			add_header X-Request-Id \$request_id always;
			return 413 '{"type":"about:blank","title":"Content Too Large","status":413,"code":"body_too_large","detail":"The request body is too large.","request_id":"\$request_id"}\n';
		}
		location @no_worker {
			internal;
			default_type application/problem+json;
			add_header Cache-Control no-store always;
			add_header Retry-After 1 always;
			add_header X-Request-Id \$request_id always;
			return 503 '{"type":"about:blank","title":"Service Unavailable","status":503,"code":"worker_unavailable","detail":"No worker answers; please try again.","request_id":"\$request_id"}\n';
		}
	}
}
END
rm -f nginx/nginx.pid
ln -sfn "$base/htdocs" pages
start TERM log/nginx.log "$(PATH=$PATH:/usr/sbin command -v nginx)" \
    -p "$state/" -c nginx/nginx.conf -e log/nginx.log -g 'daemon off;'
nginx=$!

# ---- ready, and then: watching

watch() {
	kill -0 "$nginx" 2>/dev/null ||
	    die_showing log/nginx.log 'nginx has ended'
	kill -0 "$pool" 2>/dev/null ||
	    die_showing log/worker.log 'the workers have ended'
	[ -z "$postgres" ] || kill -0 "$postgres" 2>/dev/null ||
	    die_showing log/postgres.log 'Postgres has ended'
}

url=http://127.0.0.1:$port
tries=0
until [ -s nginx/nginx.pid ] &&
    curl -fs --noproxy '*' -m 5 -o nginx/readyz "$url/api/readyz"; do
	watch
	tries=$((tries + 1))
	[ $tries -lt 300 ] || die_showing log/worker.log 'not ready in time'
	rest 0.1
done
echo "taskchat is ready: $url/"
while :; do
	rest 1
	watch
done
