"""CSV, Parquet and spreadsheet files as an ERP."""
