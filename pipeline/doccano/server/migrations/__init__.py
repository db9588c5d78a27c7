"""Our tables beside Doccano's."""
