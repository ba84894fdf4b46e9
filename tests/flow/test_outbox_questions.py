"""What is asked of the outbox for every reminder is answered by an index, however old it grows."""

from __future__ import annotations

from sqlalchemy import Engine, select

from models.database import reading
from models.outbox import CARRIES


def test_which_mail_carries_a_reminder_is_looked_up_and_not_searched_for(database: Engine) -> None:
    asked = select(CARRIES.c.message_uuid).where(CARRIES.c.intent_id == 5, CARRIES.c.live)
    sql = str(asked.compile(database, compile_kwargs={"literal_binds": True}))
    with reading(database) as connection:
        if database.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the table is empty
            plan = connection.exec_driver_sql(f"EXPLAIN {sql}").all()
    assert "uq_message_intent_live" in str(plan)
