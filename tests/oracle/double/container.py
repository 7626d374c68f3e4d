"""Entry point of a container: told by the environment, as the images of Oracle Free are.

`python -m double.container` reads ORACLE_PASSWORD, APP_USER, APP_USER_PASSWORD, ORACLE_DATABASE, DOUBLE_POSTGRESQL (URL
of a PostgreSQL server), DOUBLE_PROFILE (19 or 23) and DOUBLE_PORT, and says "DATABASE IS READY TO USE!".
"""

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping

from .__main__ import run
from .profiles import PROFILES


def asked(environment: Mapping[str, str]) -> Namespace:
    """Arguments of the process, from its environment. Raises KeyError without ORACLE_PASSWORD."""
    password = environment["ORACLE_PASSWORD"]
    users = [f"SYSTEM:{password}", f"SYS:{password}"]
    if environment.get("APP_USER"):
        users.append(f"{environment['APP_USER']}:{environment.get('APP_USER_PASSWORD', '')}")
    services = ["FREEPDB1", "FREE", environment.get("ORACLE_DATABASE", "")]
    profile = environment.get("DOUBLE_PROFILE", "23")
    if profile not in PROFILES:
        raise ValueError(f"DOUBLE_PROFILE is {profile}, and one of {', '.join(PROFILES)} is known")
    return Namespace(
        postgresql=environment.get("DOUBLE_POSTGRESQL", "postgresql://postgres@/postgres?host=/var/run/postgresql"),
        user=users,
        service=[one for one in services if one],
        profile=profile,
        host="0.0.0.0",  # noqa: S104 - a container's own network
        port=int(environment.get("DOUBLE_PORT", "1521")),
        end_with_input=False,
        verbose=False,
        ready="The wire double, which is no Oracle.\nDATABASE IS READY TO USE!",
    )


if __name__ == "__main__":
    asyncio.run(run(asked(os.environ)))
