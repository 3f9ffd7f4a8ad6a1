"""The embedded PostgreSQL is a real one, private to the run."""

import pytest
import sqlalchemy


@pytest.mark.postgres
def test_embedded_postgres_keeps_what_was_committed(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE kept (word TEXT)"))
        connection.execute(sqlalchemy.text("INSERT INTO kept VALUES ('bell')"))
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("SELECT word FROM kept")) == "bell"
    engine.dispose()


@pytest.mark.postgres
def test_embedded_postgres_listens_on_no_tcp_port(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("SHOW listen_addresses")) == ""
    engine.dispose()


@pytest.mark.postgres
def test_each_test_gets_a_database_of_its_own(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        tables = connection.scalar(
            sqlalchemy.text("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'")
        )
    assert tables == 0
    engine.dispose()
