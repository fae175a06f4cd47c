"""How any Rapport service works. Mechanism only: no business noun lives here."""
