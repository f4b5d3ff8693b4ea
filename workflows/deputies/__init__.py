"""Who stands in for an office: a Plh or Plt is appointed, begins and ends, and is shown what waits."""
