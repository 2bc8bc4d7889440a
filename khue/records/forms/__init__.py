"""Forms of this context: what a person types, checked by the rules, told back in Vietnamese."""
