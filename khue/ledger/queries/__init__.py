"""Reading the ledger: the history of a record, what is sealed, and what is new."""
