"""Looking at a site from outside as an assessor of application security does; nothing on the server is changed."""
