"""Domains of an OPD's own: allowed by the Kabid, proven by their owner's DNS, and watched for as long as they stand."""
