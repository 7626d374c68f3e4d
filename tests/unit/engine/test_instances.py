"""An engine is used by one after the other, and each finds it as if it were new."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from erp_ar_ext.engine import DuckDBEngine

ROWS = pa.table({"a": [1, 2]})


def test_nothing_is_left_of_the_one_before():
    """Tables, views and limits are gone with the engine that had them."""
    with DuckDBEngine({}, memory_limit="50MB") as first:
        first.add_rows("mine", ROWS)
        first.execute("CREATE TABLE lasting AS SELECT * FROM mine")
        first.define("also_mine", "SELECT a + range AS b FROM mine, range(100000)", materialized=True)
    with DuckDBEngine({}, memory_limit="100MB") as second:
        assert second.rows("SELECT table_name FROM information_schema.tables") == []
        assert second.rows("SELECT current_setting('memory_limit')") == [("95.3 MiB",)]
        assert second.rows("SELECT sum(memory_usage_bytes) < 100000 FROM duckdb_memory()") == [(True,)]


def test_nothing_is_kept_of_files_that_were_read(tmp_path):
    """A process that reads one snapshot after the other does not grow by what it knows of their files."""
    pq.write_table(ROWS, tmp_path / "rows.parquet")
    with DuckDBEngine({}) as engine:
        assert engine.rows(f"SELECT sum(a) FROM '{tmp_path}/rows.parquet'") == [(3,)]
    with DuckDBEngine({}) as engine:
        kept = engine.rows("SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'OBJECT_CACHE'")
        assert kept == [(0,)]


def test_two_at_a_time_share_nothing():
    """What one defines is not there for the other, also when they are closed twice."""
    with DuckDBEngine({}) as one, DuckDBEngine({}) as other:
        one.add_rows("mine", ROWS)
        one.close()
        one.close()
        with DuckDBEngine({}) as third:
            other.add_rows("mine", ROWS)
            with pytest.raises(duckdb.CatalogException):
                third.rows("SELECT * FROM mine")


def test_a_file_is_let_go_of(tmp_path):
    """Tables of an engine on a file are in that file, which another may open once the engine is closed."""
    file = tmp_path / "it's a file.duckdb"
    with DuckDBEngine({}, database=file) as engine:
        engine.execute("CREATE TABLE kept AS SELECT 7 AS a")
    with duckdb.connect(str(file)) as another:
        assert another.execute("SELECT a FROM kept").fetchall() == [(7,)]


@pytest.mark.demands("engine.not_reused")
def test_what_spilled_leaves_its_folder(tmp_path):
    """An engine that ran out of memory removes what it wrote, and the next one may spill elsewhere."""
    for folder in (tmp_path / "one", tmp_path / "two"):
        with DuckDBEngine({}, memory_limit="20MB", spill_dir=folder) as engine:
            engine.define("large", "SELECT range AS a, hash(range) AS b FROM range(2000000)", materialized=True)
            assert list(folder.iterdir())
        assert not folder.exists()
