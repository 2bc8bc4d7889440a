"""Extensions of PostgreSQL stand where every schema of the database finds them."""

from __future__ import annotations

from django.db import migrations

# Of an extension one database has one. Where several installations stand side by side, each in a
# schema of its own, all of them name the schema of the extensions last in their search path.
CREATE = """
do $$
declare shared text := (current_schemas(false))[cardinality(current_schemas(false))];
begin
  execute format('create extension if not exists {name} schema %I', shared);
end $$
"""


def shared_extension(name: str) -> migrations.RunSQL:
    """Make an extension in the last schema of the search path, unless it is there already."""
    return migrations.RunSQL(CREATE.format(name=name), f"drop extension if exists {name}")
