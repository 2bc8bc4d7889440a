"""Work lists and faults as workbooks."""
