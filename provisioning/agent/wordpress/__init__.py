"""WordPress in an empty hosting: from the distribution's archive, installed by itself as the hosting's owner."""
