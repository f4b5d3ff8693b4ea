"""What is asked of people: the flow of a form, and the questions that belong to no SOP."""
