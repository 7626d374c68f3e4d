"""The conformance kit: what every adapter must hold, as pytest classes to subclass.

::

    class TestReads(BaseReadConformance):
        def prepare(self, company, folder):
            return MY_ADAPTER, my_settings_after_loading(company, folder)

Each test gets a fresh ERP that holds just the example company (`erp_ar_ext.testing.COMPANY`). Tests are gated by the
capabilities an adapter declares: what it does not declare is skipped by name, what it declares is tried. One that
reads only changes subclasses `BaseChangesConformance` too, and says there how rows are stamped. In a conftest.py,
`pytest.register_assert_rewrite("erp_ar_ext.testing.conformance")` gives readable failures.
"""

from erp_ar_ext.testing.conformance.changes import BaseChangesConformance
from erp_ar_ext.testing.conformance.reading import BaseReadConformance
from erp_ar_ext.testing.conformance.subject import BaseConformance, Subject
from erp_ar_ext.testing.conformance.writing import BaseWriteConformance

__all__ = ["BaseChangesConformance", "BaseConformance", "BaseReadConformance", "BaseWriteConformance", "Subject"]
