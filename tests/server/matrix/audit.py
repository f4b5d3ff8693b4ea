"""Everything that a hosting could leave behind on a server, as lines that can be compared."""

from __future__ import annotations

from provisioning.lab import LabServer

LOOK = r"""
getent passwd | cut -d: -f1,3; getent group; cut -d: -f1 /etc/shadow /etc/gshadow /etc/subuid /etc/subgid
find /srv/hosting -mindepth 1 -maxdepth 1; ls -A /tmp /home /var/mail | grep -Ev 'systemd-private|^namespace-'
find /etc/apache2 /etc/layanan /etc/systemd/system /etc/logrotate.d /etc/ssh /etc/cron* /var/spool/cron \
    /run/layanan-php /run/systemd/system ! -path /etc/layanan/page-logins
find /run/layanan -mindepth 1
find /var/lib/layanan -path '*/log' -prune -o -path '*/rendered' -prune -o -path '*/journal/*' -empty \
    -o ! -name quarantine.json ! -path /var/lib/layanan/counted -print
mariadb -Ne "SHOW DATABASES; SELECT user, host FROM mysql.global_priv; SELECT user, db FROM mysql.db"
systemctl list-units --all --plain --no-legend 'layanan*' 'user@2*' \
    | awk '{print $1, $3, $4}' | grep -v 'layanan.*service'
systemctl list-units --failed --plain --no-legend
ps -eo uid= | sort -u | while read uid; do
    [ "$uid" -lt 20000 ] || [ "$uid" -gt 29999 ] || getent passwd "$uid" >/dev/null || ps -o args= -U "$uid"
done
"""
ZONE = r"""dig @127.0.0.1 -y {key} {zone} AXFR +noall +answer | grep -v SOA | sort"""


def residue(server: LabServer, name_server: LabServer) -> set[str]:
    """Return what is there. Left out, as documented: the quarantine of uids, the agent's log, and
    of its journal the bare ids of old requests, and the folders in which traffic is counted and logins of pages lie.

    And what systemd makes below /tmp for the instant in which a sandbox begins.
    """
    tsig = server.city.tsig
    key = f"{tsig.algorithm}:{tsig.name}:{tsig.secret.reveal()}"
    zone = name_server.run(ZONE.format(key=key, zone=server.zone), check=False).stdout
    return {*server.run(LOOK, check=False).stdout.splitlines(), *zone.splitlines()}
