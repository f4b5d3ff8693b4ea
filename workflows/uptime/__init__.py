"""Whether hostings that stand are there for the world: looked at every few minutes, outages told as incidents."""
