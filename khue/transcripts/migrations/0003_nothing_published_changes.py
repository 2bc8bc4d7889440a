"""Nothing published is changed or removed, no step is skipped: the database refuses it too."""

from django.db import migrations, models
from django.db.models import Q

# The steps of transcripts.rules.states, as the table knows them; a test compares the two.
STEPS = [
    ("draft", "complete"),
    ("complete", "verified"),
    ("complete", "draft"),
    ("verified", "reconciled"),
    ("verified", "draft"),
    ("reconciled", "confirmed"),
    ("reconciled", "draft"),
    ("confirmed", "signed_personal"),
    ("confirmed", "withdrawn"),
    ("signed_personal", "signed_org"),
    ("signed_personal", "withdrawn"),
    ("signed_org", "published"),
    ("signed_org", "withdrawn"),
    ("published", "superseded"),
    ("published", "cancelled"),
]
KEPT = ("body", "body_digest", "file", "file_digest", "number", "verify_code", "part_of_id")
ENDED = "('published', 'superseded', 'cancelled', 'withdrawn')"


def _differs(columns: tuple[str, ...]) -> str:
    return " or ".join(f"new.{one} is distinct from old.{one}" for one in columns)


_ALLOWED = ", ".join(f"('{before}', '{after}')" for before, after in STEPS)
VERSIONS = f"""
create function transcripts_keep_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state in {ENDED} then
      raise exception 'a transcript that was signed is never removed (version %)', old.id;
    end if;
    return old;
  end if;
  if new.state <> old.state and (old.state, new.state) not in ({_ALLOWED}) then
    raise exception 'no step leads from % to % (version %)', old.state, new.state, old.id;
  end if;
  if old.state in {ENDED} and ({_differs(KEPT)}
      or (old.pdf is not null and new.pdf is distinct from old.pdf)) then
    raise exception 'a published transcript is never changed (version %)', old.id;
  end if;
  return new;
end $$;
create trigger transcripts_keep_version before update or delete on transcripts_version
  for each row execute function transcripts_keep_version();
"""
PARTS = """
create function transcripts_keep_part() returns trigger language plpgsql as $$
begin
  if old.signature is not null and (tg_op = 'DELETE'
      or new.signature is distinct from old.signature or new.element <> old.element
      or new.role <> old.role or new.version_id <> old.version_id
      or new.signed_at is distinct from old.signed_at) then
    raise exception 'a signature that was made is kept as it is (part %)', old.id;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger transcripts_keep_part before update or delete on transcripts_part
  for each row execute function transcripts_keep_part();
"""


def _trigger(name: str, sql: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=sql,
        reverse_sql=f"drop trigger {name} on {name.replace('_keep_', '_')};"
        f" drop function {name}();",
    )


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0002_fences")]
    operations = [
        migrations.RemoveConstraint(model_name="version", name="transcripts_one_in_work"),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=["part_of"],
                condition=~Q(state__in=["published", "superseded", "cancelled", "withdrawn"]),
                name="transcripts_one_in_work",
            ),
        ),
        _trigger("transcripts_keep_version", VERSIONS),
        _trigger("transcripts_keep_part", PARTS),
    ]
