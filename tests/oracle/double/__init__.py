"""A wire double of Oracle: speaks TNS and TTC to an unmodified driver, and lets a PostgreSQL server do the work."""
