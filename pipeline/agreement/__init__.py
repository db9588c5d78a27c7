"""How far people agree with each other and with the machine; pure functions over records."""
