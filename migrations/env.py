"""How Alembic reaches the state database.

The program hands its own connection over (`erp_ar_ext/store/migrate.py`). For a DBA who wants to read the SQL
first: set `sqlalchemy.url` in an alembic.ini and run `alembic upgrade head --sql`.
"""

from alembic import context

from erp_ar_ext.store.tables import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(
        url=context.config.get_main_option("sqlalchemy.url"), target_metadata=METADATA, literal_binds=True
    )
else:
    context.configure(connection=connection, target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
