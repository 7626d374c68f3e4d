"""SQL models of the ledger, and the catalogue of facts a policy may ask about."""
