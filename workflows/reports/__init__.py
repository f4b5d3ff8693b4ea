"""What the head of the office and the Kabid are told each month: cases, steps against their time, capacity, IKM."""
