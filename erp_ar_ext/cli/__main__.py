"""`python -m erp_ar_ext.cli`."""

from erp_ar_ext.cli.main import main

main()
