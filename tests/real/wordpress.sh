#!/usr/bin/env bash
# A real WordPress on 127.0.0.1 for the tests in this folder: PHP's built-in web
# server in front of a private MariaDB, all of it under one directory, and no
# system service. test_wordpress.py runs it; by hand it is as useful:
#
#   eval "$(tests/real/wordpress.sh up)"; echo "$WP_URL"
#   tests/real/wordpress.sh purge "$WP_DIR"
#
#   wordpress.sh up [DIR]    start (install what is missing); print KEY=VALUE lines
#   wordpress.sh url DIR     print the same lines again; status 1 if not running
#   wordpress.sh down DIR    stop the processes that `up` started; the data stays
#   wordpress.sh purge DIR   down, then remove DIR
#
# `up` without DIR makes a fresh directory (see WP_DIR in its output). On a
# running DIR it only prints; on a stopped one it brings the same site back:
# same data, same passwords and, unless something else took it, same port.
#
# Environment; the first `up` of a DIR decides, but for WP_WORKERS:
#   WP_PORT        port on 127.0.0.1                 (default: any free one)
#   WP_WORKERS     PHP processes, so requests at once (4)
#   WP_PERMALINKS  pretty | plain                    (pretty; plain has no /wp-json/)
#   WP_TIMEZONE    the site's zone                   (UTC)
#   WP_SOURCE      an unpacked WordPress to use      (Debian's wordpress package)
#   WP_SUITE       another Debian suite to take WordPress from, such as trixie;
#                  its package is unpacked under DIR, not installed
#
# For Debian 12 or later. As root it installs missing packages and runs PHP as
# www-data and MariaDB as mysql or nobody; as another user it runs everything
# as that user and expects the packages to be there.
set -Eeuo pipefail
shopt -s nullglob

usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2; }
say() { printf 'wordpress.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- processes ----------------------------------------------------------------
# A pid file holds lines "PID STARTTIME"; the start time tells a process from a
# later one that was given the same number.

alive() { # PID STARTTIME
    local s f
    { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra f <<<"${s##*) }"
    [ "${f[19]}" = "$2" ] && [ "${f[0]}" != Z ]
}
running() { # PIDFILE: is its first process alive?
    local pid start
    [ -s "$1" ] && read -r pid start <"$1" && alive "$pid" "$start"
}
record() { # PIDFILE PID: write PID, then its descendants
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v top="$2" '
        { s = $0; sub(/.*\) /, "", s); split(s, f, " "); parent[$1] = f[2]; born[$1] = f[20] }
        END {
            if (!(top in born)) exit
            print top, born[top]
            ours[top]
            do {
                more = 0
                for (p in parent) if (!(p in ours) && (parent[p] in ours)) {
                    print p, born[p]
                    ours[p]
                    more = 1
                }
            } while (more)
        }' >"$1.new"
    mv "$1.new" "$1"
}
stop() { # PIDFILE: TERM; after ten seconds KILL
    local -A left=()
    local pid start sig n
    if running "$1"; then read -r pid start <"$1"; record "$1" "$pid"; fi
    if [ -s "$1" ]; then
        while read -r pid start; do left[$pid]=$start; done <"$1"
    fi
    for sig in TERM KILL; do
        for ((n = 0; n < 200; n++)); do
            for pid in "${!left[@]}"; do
                if ! alive "$pid" "${left[$pid]}"; then unset "left[$pid]"
                elif ((n == 0)); then kill -s "$sig" "$pid" 2>/dev/null || true; fi
            done
            ((${#left[@]})) || break 2
            sleep 0.05
        done
    done
    rm -f "$1"
}
stop_all() {
    local f
    for f in step copy web db; do stop "$DIR/run/$f.pid"; done
}
start() { # NAME COMMAND...: in the background, known by run/NAME.pid
    local name=$1
    shift
    "$@" &
    record "$DIR/run/$name.pid" $!
}
finish() { # NAME: wait for it
    local pid
    [ -e "$DIR/run/$1.pid" ] || return 0
    read -r pid _ <"$DIR/run/$1.pid"
    wait "$pid" || return $?
    rm -f "$DIR/run/$1.pid"
}

# A signal is only noted, so that no process goes unrecorded; then `up` gives up.
INTERRUPTED=
uninterrupted() { [ -z "$INTERRUPTED" ] || die interrupted; }

# --- packages -------------------------------------------------------------------
# php-cgi and micro-httpd satisfy wordpress's wish for "php" and "httpd" with
# programs that start nothing; mariadb-server-core is the server without its
# service. The theme is what makes the public pages show.

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

theme_package() { # APT-OPTIONS...: the theme that the wordpress package recommends
    apt-cache "$@" show wordpress 2>/dev/null |
        sed -n 's/^Recommends:.*\(wordpress-theme-[a-z]*\).*/\1/p' | awk 'NR == 1'
}

install_packages() {
    local p php missing=()
    for p in curl wordpress php-cli php-mysql php-gd php-xml php-mbstring php-curl \
        mariadb-server-core mariadb-client-core; do
        installed "$p" || missing+=("$p")
    done
    p=(/usr/share/wordpress/wp-content/themes/*/)
    ((${#p[@]})) || missing+=(theme)
    ((${#missing[@]})) || return 0
    [ "$(id -u)" = 0 ] || die "not installed: ${missing[*]} (run it once as root)"
    say "installing: ${missing[*]}"
    apt-get -q update >&2 || say "apt-get update failed; going on with what is known"
    for p in "${!missing[@]}"; do
        [ "${missing[$p]}" != theme ] || missing[p]=$(theme_package)
    done
    php=$(apt-cache depends php | sed -n 's/^ *Depends: \(php[0-9.]*\)$/\1/p' | awk 'NR == 1')
    missing=("$php-cgi" micro-httpd "${missing[@]}")
    installed "libapache2-mod-$php" || missing+=("libapache2-mod-$php-")
    apt_install "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}"
}
apt_install() ( # a subshell, for its trap: while it runs no package starts a service
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        --no-install-recommends install "$@" >&2
)

unpack_suite() { # SUITE: its wordpress and theme into $DIR/suite, apt's own state untouched
    local here f a=$DIR/apt
    here=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf "$a"
    mkdir -p "$a/parts" "$a/lists/partial" "$a/cache/archives/partial" "$DIR/suite"
    for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        if grep -qs "$here" "$f"; then sed "s/$here/$1/g" "$f" >"$a/parts/${f##*/}"; fi
    done
    local o=(-q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$a/parts"
        -o Dir::State::Lists="$a/lists" -o Dir::Cache="$a/cache" -o APT::Sandbox::User=root)
    apt-get "${o[@]}" update >&2 || true # sid has no sid-updates: the download decides
    (cd "$a" && apt-get "${o[@]}" download wordpress "$(theme_package "${o[@]}")" >&2) ||
        die "no wordpress package from $1"
    for f in "$a"/*.deb; do dpkg-deb -x "$f" "$DIR/suite"; done
    rm -rf "$a"
}

# --- the site -------------------------------------------------------------------

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

free_port() {
    php -n -r '$s = @stream_socket_server("tcp://127.0.0.1:" . $argv[1], $n, $e) or exit(1);
        echo substr(strrchr(stream_socket_get_name($s, false), ":"), 1);' "${1:-0}" 2>/dev/null
}

copy_tree() {
    local from=${WP_SOURCE:-/usr/share/wordpress} link rel to
    if [ -n "${WP_SUITE:-}" ]; then
        unpack_suite "$WP_SUITE"
        from=$DIR/suite/usr/share/wordpress
    fi
    [ -f "$from/wp-includes/version.php" ] || die "no WordPress in $from"
    rm -rf "$DIR/www.new"
    mkdir "$DIR/www.new"
    (cd "$from" && tar -cf - --exclude=./wp-config.php --exclude=./.htaccess \
        --exclude=./wp-content/db.php .) | tar -C "$DIR/www.new" -xf - --no-same-owner
    # Debian's tree links to other packages by relative paths; put in the files.
    find "$DIR/www.new" -type l | while read -r link; do
        rel=${link#"$DIR/www.new/"}
        to=$(readlink "$link")
        rm "$link"
        for to in "$from/$rel" "/usr/share/wordpress/$(dirname "$rel")/$to"; do
            if [ -e "$to" ]; then
                cp -RL "$to" "$link"
                break
            fi
        done
    done
    rm -rf "$DIR/suite"
    mkdir -p "$DIR/www.new/wp-content/mu-plugins" "$DIR/www.new/wp-content/uploads"
    mv "$DIR/www.new" "$DIR/www"
}

write_site() {
    rm -f "$DIR/www/wp-config.php"
    (umask 077 && cat >"$DIR/www/wp-config.php") <<PHP
<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', '$DB_PASSWORD');
define('DB_HOST', 'localhost:$DIR/run/db.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as \$k) {
    define("{\$k}_KEY", hash('sha256', "\$k key $DB_PASSWORD"));
    define("{\$k}_SALT", hash('sha256', "\$k salt $DB_PASSWORD"));
}
define('WP_HOME', 'http://127.0.0.1:$PORT');
define('WP_SITEURL', WP_HOME);
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords over plain http
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);        // GET /wp-cron.php runs what is due
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_FILE_MODS', true);
define('WP_DEBUG', false);
\$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
    cat >"$DIR/www/wp-content/mu-plugins/quiet.php" <<PHP
<?php
// Nothing leaves the machine: no mail, and no HTTP but to loopback. What was
// refused is written down.
add_filter('pre_wp_mail', '__return_true');
add_filter('pre_http_request', function (\$reply, \$args, \$url) {
    \$host = trim((string) parse_url(\$url, PHP_URL_HOST), '[]');
    if (in_array(\$host, ['127.0.0.1', '::1', 'localhost'], true)) {
        return \$reply;
    }
    error_log(gmdate('c ') . \$url . "\n", 3, '$DIR/log/refused.log');
    return new WP_Error('http_request_not_executed', 'only loopback here');
}, 10, 3);
PHP
    cat >"$DIR/router.php" <<'PHP'
<?php
// What a rewrite rule does: files as they are, everything else to index.php.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode(explode('?', $_SERVER['REQUEST_URI'], 2)[0]);
if ($path !== '/' && !str_contains($path, "\0")) {
    if (is_file($root . $path)) {
        return false;
    }
    if (is_file("$root$path/index.php")) {
        if (str_ends_with($path, '/')) {
            return false;
        }
        header("Location: $path/", true, 301);
        return true;
    }
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = "$root/index.php";
unset($_SERVER['PATH_INFO']);
chdir($root);
require "$root/index.php";
PHP
    cat >"$DIR/setup.php" <<'PHP'
<?php
// Install WordPress. The last line printed is its version and the application
// passwords of editor, author and subscriber.
[, $root, $permalinks, $zone] = $argv;
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET'];
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_INSTALLING', true);
function wp_new_blog_notification() {}
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_http_request', fn() => new WP_Error('installing', 'not now'));
function worked($result)
{
    if (is_wp_error($result)) {
        fwrite(STDERR, $result->get_error_message() . "\n");
        exit(1);
    }
    return $result;
}
worked(wp_install('Test blog', 'admin', 'admin@example.invalid', true, '', getenv('ADMIN_PASSWORD')));
update_option('timezone_string', $zone);
update_option('ping_sites', '');
update_option('default_ping_status', 'closed');
update_option('default_pingback_flag', 0);
$wp_rewrite->set_permalink_structure($permalinks === 'plain' ? '' : '/%postname%/');
$wp_rewrite->flush_rules(false);
$theme = array_key_first(wp_get_themes());
if ($theme) {
    switch_theme($theme);
}
$words = [$wp_version];
foreach (['editor', 'author', 'subscriber'] as $role) {
    $id = worked(wp_insert_user(['user_login' => $role, 'user_email' => "$role@example.invalid",
        'user_pass' => wp_generate_password(32), 'role' => $role]));
    $words[] = worked(WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']))[0];
}
echo implode(' ', $words), "\n";
PHP
}

start_db() {
    local common=(--no-defaults --datadir="$DIR/db/data")
    if [ -z "$VERSION" ]; then # what an earlier `up` left unfinished goes
        rm -rf "$DIR/db/data"
        "${AS_DB[@]}" mkdir "$DIR/db/data"
        start step "${AS_DB[@]}" mariadb-install-db "${common[@]}" --skip-test-db --skip-name-resolve \
            --auth-root-authentication-method=socket --innodb-log-file-size=8M \
            >"$DIR/log/db-install.log" 2>&1
        finish step || { tail -n 20 "$DIR/log/db-install.log" >&2; die "mariadb-install-db failed"; }
        uninterrupted
    fi
    rm -f "$DIR/db/init.sql"
    (umask 077 && cat >"$DIR/db/init.sql") <<SQL
CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS wordpress@localhost IDENTIFIED BY '$DB_PASSWORD';
GRANT ALL ON wordpress.* TO wordpress@localhost;
SQL
    if ((${#AS_DB[@]})); then chown --reference="$DIR/db" "$DIR/db/init.sql"; fi
    # Reachable by one socket only; small, and careless about power cuts.
    # setsid: a Ctrl-C in the terminal that ran `up` is not for the servers.
    start db setsid "${AS_DB[@]}" /usr/sbin/mariadbd "${common[@]}" --socket="$DIR/run/db.sock" \
        --pid-file="$DIR/db/mariadbd.pid" --tmpdir="$DIR/db" --init-file="$DIR/db/init.sql" \
        --skip-networking --skip-log-bin --skip-name-resolve --performance-schema=OFF \
        --innodb-buffer-pool-size=32M --innodb-log-file-size=8M --innodb-doublewrite=OFF \
        --innodb-flush-log-at-trx-commit=0 --key-buffer-size=1M \
        --aria-pagecache-buffer-size=8M --max-connections=40 \
        >"$DIR/log/db.log" 2>&1 </dev/null 9>&-
    local n
    for ((n = 0; n < 300; n++)); do
        uninterrupted
        running "$DIR/run/db.pid" || break
        if DB_PASSWORD=$DB_PASSWORD "${AS_WEB[@]}" php -r 'mysqli_report(0); exit((int) !@mysqli_connect(
            "localhost", "wordpress", getenv("DB_PASSWORD"), "wordpress", 0, $argv[1]));' \
            "$DIR/run/db.sock"; then return 0; fi
        sleep 0.1
    done
    tail -n 20 "$DIR/log/db.log" >&2
    die "MariaDB did not start"
}

install_site() {
    local line
    rm -f "$DIR/run/setup.out"
    (umask 077 && : >"$DIR/run/setup.out")
    ADMIN_PASSWORD=$ADMIN_PASSWORD start step "${AS_WEB[@]}" php -d error_log="$DIR/log/php.log" \
        -d display_errors=stderr -d sendmail_path=/bin/true \
        "$DIR/setup.php" "$DIR/www" "$PERMALINKS" "$ZONE" >"$DIR/run/setup.out"
    finish step
    uninterrupted
    line=$(tail -n 1 "$DIR/run/setup.out")
    rm "$DIR/run/setup.out"
    read -r VERSION PW_EDITOR PW_AUTHOR PW_SUBSCRIBER <<<"$line"
    [ -n "$PW_SUBSCRIBER" ] || die "setup.php said: $line"
    save
}

start_web() {
    PHP_CLI_SERVER_WORKERS=${WP_WORKERS:-4} start web setsid "${AS_WEB[@]}" php \
        -d error_log="$DIR/log/php.log" -d log_errors=1 -d display_errors=0 \
        -d sendmail_path=/bin/true -d allow_url_fopen=0 -d memory_limit=128M \
        -d upload_max_filesize=32M -d post_max_size=40M -d opcache.revalidate_freq=0 \
        -d opcache.memory_consumption=64 -d upload_tmp_dir="$DIR/run/tmp" \
        -S "127.0.0.1:$PORT" -t "$DIR/www" "$DIR/router.php" \
        >"$DIR/log/web.log" 2>&1 </dev/null 9>&-
    local pid n
    for ((n = 0; n < 150; n++)); do
        uninterrupted
        running "$DIR/run/web.pid" || break
        if curl -qsf --noproxy '*' -m 20 -o /dev/null "http://127.0.0.1:$PORT/?rest_route=/"; then
            read -r pid _ <"$DIR/run/web.pid"
            record "$DIR/run/web.pid" "$pid" # with its workers
            return 0
        fi
        sleep 0.1
    done
    tail -n 20 "$DIR/log/web.log" "$DIR/log/php.log" >&2 2>/dev/null || true
    die "the web server did not answer"
}

show() {
    local url=http://127.0.0.1:$PORT rest feed
    if [ "$PERMALINKS" = plain ]; then
        rest="$url/?rest_route=" feed="$url/?feed=rss2"
    else
        rest=$url/wp-json feed=$url/feed/
    fi
    cat <<EOT
WP_DIR=$DIR
WP_URL=$url
WP_REST=$rest
WP_REST_PLAIN=$url/?rest_route=
WP_FEED=$feed
WP_VERSION=$VERSION
WP_USER=editor
WP_APP_PASSWORD=$PW_EDITOR
WP_AUTHOR_USER=author
WP_AUTHOR_APP_PASSWORD=$PW_AUTHOR
WP_SUBSCRIBER_USER=subscriber
WP_SUBSCRIBER_APP_PASSWORD=$PW_SUBSCRIBER
WP_ADMIN_USER=admin
WP_ADMIN_PASSWORD=$ADMIN_PASSWORD
WP_PID_WEB=$DIR/run/web.pid
WP_PID_DB=$DIR/run/db.pid
WP_LOG_DIR=$DIR/log
EOT
}

save() {
    (umask 077
    for v in PORT PERMALINKS ZONE DB_PASSWORD ADMIN_PASSWORD VERSION PW_EDITOR PW_AUTHOR PW_SUBSCRIBER; do
        printf '%s=%q\n' "$v" "${!v-}"
    done >"$DIR/state.new" && mv "$DIR/state.new" "$DIR/state")
}

both_running() { running "$DIR/run/web.pid" && running "$DIR/run/db.pid"; }

up() {
    install_packages
    if [ -z "$DIR" ]; then DIR=$(mktemp -d "${TMPDIR:-/tmp}/wordpress.XXXXXX"); fi
    mkdir -p "$DIR"
    DIR=$(cd "$DIR" && pwd -P)
    case $DIR in *[!A-Za-z0-9._/@+-]*) die "a plain path, please: $DIR" ;; esac
    ((${#DIR} < 90)) || die "the path is too long for a socket: $DIR"
    if [ ! -e "$DIR/state" ] && [ -n "$(ls -A -I lock "$DIR")" ]; then
        die "not empty and not mine: $DIR"
    fi
    exec 9>"$DIR/lock"
    flock -w 120 9 || die "another up or down is at work in $DIR"

    AS_WEB=() AS_DB=()
    if [ "$(id -u)" = 0 ]; then
        local db=nobody group
        if [ -e "$DIR/db/data" ]; then db=$(stat -c %U "$DIR/db/data")
        elif id mysql >/dev/null 2>&1; then db=mysql; fi
        group=$(id -g "$db")
        AS_WEB=(setpriv --reuid=www-data --regid=www-data --clear-groups)
        AS_DB=(setpriv --reuid="$db" --regid="$group" --clear-groups)
        chmod 711 "$DIR"
        "${AS_WEB[@]}" test -x "$DIR" || die "www-data cannot reach $DIR: one of its parents is closed to it"
    fi

    VERSION='' PW_EDITOR='' PW_AUTHOR='' PW_SUBSCRIBER=''
    if [ -e "$DIR/state" ]; then
        . "$DIR/state"
        if both_running; then show; return 0; fi
        stop_all
        PORT=$(free_port "$PORT" || free_port)
    else
        case ${WP_PERMALINKS:=pretty} in pretty | plain) ;; *) die "WP_PERMALINKS: pretty or plain" ;; esac
        PORT=$(free_port "${WP_PORT:-0}") || die "port ${WP_PORT:-} is taken"
        PERMALINKS=$WP_PERMALINKS ZONE=${WP_TIMEZONE:-UTC}
        DB_PASSWORD=$(secret) ADMIN_PASSWORD=$(secret)
    fi
    save
    trap 'say "failed; logs in $DIR/log"; stop_all' EXIT
    trap 'INTERRUPTED=1' INT TERM HUP
    mkdir -p "$DIR/run/tmp" "$DIR/log" "$DIR/db"
    if ((${#AS_WEB[@]})); then
        chown www-data: "$DIR/run/tmp" "$DIR/log"
        chown "$db:$group" "$DIR/db"
        chown "$db:www-data" "$DIR/run"
        chmod 750 "$DIR/db" "$DIR/run"
    fi
    if [ ! -e "$DIR/www" ]; then start copy copy_tree; fi
    start_db
    finish copy
    uninterrupted
    write_site
    if ((${#AS_WEB[@]})); then
        chown -R www-data: "$DIR/www/wp-content/uploads"
        chown www-data: "$DIR/www/wp-config.php"
    fi
    if [ -z "$VERSION" ]; then install_site; fi
    start_web
    trap - EXIT INT TERM HUP
    show
}

known() { # DIR must be one of ours
    [ -n "$DIR" ] || usage
    [ -e "$DIR/state" ] || die "no WordPress of mine in $DIR"
    DIR=$(cd "$DIR" && pwd -P)
    . "$DIR/state"
}

DIR=${2:-}
case ${1:-} in
up) up ;;
url)
    known
    both_running || { say "not running: $DIR"; exit 1; }
    show
    ;;
down | purge)
    known
    exec 9>"$DIR/lock"
    flock -w 120 9 || die "another up or down is at work in $DIR"
    stop_all
    if [ "$1" = purge ]; then rm -rf "$DIR"; fi
    ;;
*) usage ;;
esac
