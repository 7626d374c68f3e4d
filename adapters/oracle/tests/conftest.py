"""Marks of what a test demands of the log, also where these tests are run alone."""


def pytest_configure(config):
    """Have them heeded."""
    config.pluginmanager.import_plugin("demanded_events")
