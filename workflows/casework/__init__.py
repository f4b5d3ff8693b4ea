"""What moves a case: begun, pressed, told of an event; and what follows: its clock, the record, the SOP's effects."""
