"""Who may do what: the organisation as known now, rights, row scopes and signed proofs."""
