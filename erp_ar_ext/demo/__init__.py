"""An example company whose ledger ties out and shows every situation that collections meet."""

from erp_ar_ext.demo.company import COMPANY, DEMO_AS_OF, STORIES, book_company, is_example, write_company

__all__ = ["COMPANY", "DEMO_AS_OF", "STORIES", "book_company", "is_example", "write_company"]
