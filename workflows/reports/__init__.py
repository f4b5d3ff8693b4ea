"""What is reported each month: cases, steps against their time, capacity and IKM, and what hostings used."""
