"""All that can be ordered from a hosting's card, in the order of its buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.orders import (
    backups,
    cleaning,
    custom_domains,
    databases,
    document_root,
    ending,
    laravel,
    passwords,
    php,
    renewal,
    sftp_keys,
    site_logs,
    staging,
    suspension,
    team,
    timed_scripts,
    wordpress,
)
from bot.orders.order import Order

ORDERS: Mapping[str, Order] = {
    order.name: order
    for order in (
        *passwords.ORDERS,
        *sftp_keys.ORDERS,
        *php.ORDERS,
        *document_root.ORDERS,
        *wordpress.ORDERS,
        *laravel.ORDERS,
        *timed_scripts.ORDERS,
        *custom_domains.ORDERS,
        *site_logs.ORDERS,
        *databases.ORDERS,
        *backups.ORDERS,
        *staging.ORDERS,
        *renewal.ORDERS,
        *team.ORDERS,
        *suspension.ORDERS,
        *cleaning.ORDERS,
        *ending.ORDERS,
    )
}  # fmt: skip
