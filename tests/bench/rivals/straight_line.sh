#!/bin/bash
# Hostings the way an administrator's own script makes them: as root, over one new SSH connection, straight through.
# It ends where ours ends (account, folders, PHP, site, database, name), asks nothing first, tests nothing, undoes
# nothing, waits for nothing, and cannot be run twice. Several are made one after another; PHP's sockets, Apache's reload
# and the names come once at the end. The secrets stand before it on standard input, as variables.
#
#   { printf 'PASSWORD=%q\n…' …; cat straight_line.sh; } | ssh root@server bash -s
#
# In: SLUGS (words) PASSWORD DB_PASSWORD ADDRESS PHP CERTIFICATE KEY DNS_SERVER ZONE TSIG (algorithm:name secret)
set -eu

hosting() {
    local slug=$1
    local account=h_$slug home=/srv/hosting/$slug database=h_${slug//-/_} domain=$slug.$ZONE

    useradd --no-create-home --home-dir "$home" --shell /usr/sbin/nologin --groups layanan-sftp "$account"
    echo "$account:$PASSWORD" | chpasswd

    install -d -o root -g "$account" -m 750 "$home" "$home/logs"
    install -d -o "$account" -g "$account" -m 700 "$home/private" "$home/tmp"
    install -d -o "$account" -g "$account" -m 750 "$home/public"
    setfacl -m u:www-data:x "$home"
    setfacl -m u:www-data:rx -m d:u:www-data:rx "$home/public"
    setfacl -m d:u:www-data:rx "$home/tmp"
    echo "<h1>$domain</h1>" > "$home/public/index.html"
    chown "$account:$account" "$home/public/index.html"

    cat > "/etc/layanan/php/$slug.conf" <<CONF
[global]
error_log = $home/logs/php.log
daemonize = no
[$slug]
user = $account
group = $account
listen = /run/layanan-php/$slug.sock
pm = ondemand
pm.max_children = 5
pm.process_idle_timeout = 30s
security.limit_extensions = .php
chdir = $home
php_admin_value[open_basedir] = $home/public:$home/private:$home/tmp
php_admin_value[upload_tmp_dir] = $home/tmp
php_admin_value[session.save_path] = $home/tmp
php_admin_value[error_log] = $home/logs/php.log
php_admin_value[memory_limit] = 128M
CONF
    install -o "$account" -g "$account" -m 640 /dev/null "$home/logs/php.log"
    mkdir "/etc/systemd/system/layanan-php$PHP@$slug.service.d"
    cat > "/etc/systemd/system/layanan-php$PHP@$slug.service.d/limits.conf" <<CONF
[Service]
MemoryMax=256M
MemorySwapMax=0
CPUQuota=100%
TasksMax=64
CONF

    mariadb <<SQL
CREATE DATABASE \`$database\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER '$database'@'localhost' IDENTIFIED BY '$DB_PASSWORD' WITH MAX_USER_CONNECTIONS 20;
GRANT ALL PRIVILEGES ON \`${database//_/\\_}\`.* TO '$database'@'localhost';
SQL

    cat > "/etc/apache2/sites-enabled/$slug.conf" <<CONF
<VirtualHost *:80>
    ServerName $domain
    CustomLog $home/logs/access.log combined
    ErrorLog $home/logs/error.log
    RedirectMatch permanent ^/(.*)\$ https://$domain/\$1
</VirtualHost>
<VirtualHost *:443>
    ServerName $domain
    CustomLog $home/logs/access.log combined
    ErrorLog $home/logs/error.log
    SSLEngine on
    SSLCertificateFile $CERTIFICATE
    SSLCertificateKeyFile $KEY
    DocumentRoot $home/public
    <Directory $home/public>
        AllowOverride None
        Options SymLinksIfOwnerMatch
        Require all granted
        DirectoryIndex index.php index.html
    </Directory>
    <FilesMatch "\.php\$">
        SetHandler "proxy:unix:/run/layanan-php/$slug.sock|fcgi://$slug"
    </FilesMatch>
    SetOutputFilter RATE_LIMIT
    SetEnv rate-limit 2441
    Header always setifempty Strict-Transport-Security "max-age=31536000"
    Header always setifempty X-Content-Type-Options "nosniff"
    Header always setifempty X-Frame-Options "SAMEORIGIN"
</VirtualHost>
CONF
}

sockets=() updates=
for slug in $SLUGS; do
    hosting "$slug"
    sockets+=("layanan-php$PHP@$slug.socket")
    updates+="update add $slug.$ZONE. 300 A $ADDRESS"$'\n'
done
systemctl enable --quiet --now "${sockets[@]}"
systemctl reload apache2
nsupdate <<DNS
server $DNS_SERVER
key $TSIG
zone $ZONE.
${updates}send
DNS
