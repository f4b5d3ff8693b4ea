"""What servers and hostings need before it hurts: security updates, versions of PHP that come to their end."""
