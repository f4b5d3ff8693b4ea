"""The monthly report of what hostings use: to the head of each OPD on theirs, to the head of the office on all."""
