"""Who somebody is and which offices they hold: members, invitations, deputies, vacancies, OPDs."""
