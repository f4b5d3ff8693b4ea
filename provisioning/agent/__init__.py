"""What runs on a server as root: it takes one typed request, checks it again, and reconciles one hosting.

Shipped by `bundle.py` together with `provisioning.spec`, `provisioning.plan` and `templates/server`; it needs nothing
but Python's standard library and Jinja2, and imports nothing else of this project.
"""
