"""Children with their families, as the file of a child tells of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from synthetic.ids import Ids
from synthetic.lots import mixed
from synthetic.names import invent_name
from synthetic.plan import LAST_YEAR, YEAR, Outline, PlannedAdult, PlannedPupil, Province
from synthetic.seats import Child, children_now, code_of, leavers, sex_of
from synthetic.staffing import FAMILY_PHONES, birthday, choose_group, personal_number
from synthetic.words import BASES, JOBS

SIBLINGS = 0.14
WITHOUT_NUMBER = 0.05
VILLAGES_OF_A_COMMUNE = 9
# Where the mothers of children who live with a grandparent stand among the adults of a school.
MOTHERS_AWAY = 9_000
ONE_YEAR_LATE, TWO_YEARS_LATE = 0.019, 0.004
DISABLED = 0.008
BOARDERS = 0.62
# Hộ nghèo, hộ cận nghèo (DM_DIEN_CHINH_SACH 08, 09): in a ward, in a commune of the mountains.
POOR = {True: (0.02, 0.05), False: (0.17, 0.32)}
# Father and mother, mother alone, father alone, a grandparent as guardian: rising shares.
BOTH, MOTHER, FATHER = 0.89, 0.95, 0.97


@dataclass
class Family:
    """Adults of one household with the last child that was born to them here."""

    group: str
    surname: str
    adults: tuple[PlannedAdult, ...]
    village: str
    poverty: str
    bands: set[str] = field(default_factory=set)


@dataclass
class Draft:
    """What is kept while the children of a school are invented."""

    school: Outline
    ids: Ids
    random: Random
    families: list[Family] = field(default_factory=list)
    adults: int = 0
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)
    mothers_away: int = 0


def plan_pupils(province: Province, school: Outline) -> tuple[PlannedPupil, ...]:
    """Everybody whose file the school keeps, in the order of their places."""
    draft = Draft(school, province.ids, Random(mixed(school.seed, 41, school.place)))
    now = [_pupil(draft, child, YEAR) for child in children_now(school)]
    return (*now, *(_pupil(draft, child, LAST_YEAR) for child in leavers(province, school)))


def _pupil(draft: Draft, child: Child, year: int) -> PlannedPupil:
    random, school = draft.random, draft.school
    sex = sex_of(school.seed, school.place, child.place)
    family = _family(draft, child)
    born = birthday(random, year - child.band.age - _years_late(random, child))
    return PlannedPupil(
        id=draft.ids.of("records.Student", school.place, child.place),
        place=child.place,
        band=child.band,
        name=invent_name(random, family.group, female=sex == "F", family=family.surname),
        sex=sex,
        born=born,
        group=family.group,
        code=code_of(school.place, child.place),
        number=_number(draft, sex, int(born[:4])),
        village=family.village,
        standing=child.standing,
        leaver=child.next == "left",
        boards=school.kind.boarding and random.random() < BOARDERS,
        poverty=family.poverty,
        disability=f"0{random.randint(1, 6)}" if random.random() < DISABLED else "",
        adults=family.adults,
        public_id=str(UUID(int=random.getrandbits(128), version=4)),
    )


def _years_late(random: Random, child: Child) -> int:
    """Over-age: a second year in a grade, or a late start at school."""
    late = int(child.standing == "repeats")
    if child.band.level == "01":
        return 0
    chance = random.random()
    return late + (chance < ONE_YEAR_LATE) + (chance < TWO_YEARS_LATE)


def _number(draft: Draft, sex: str, year: int) -> str:
    """Số định danh; a few children have none yet."""
    if draft.random.random() < WITHOUT_NUMBER:
        return ""
    place = draft.numbers[sex, year]
    draft.numbers[sex, year] += 1
    return personal_number(female=sex == "F", year=year, serial=draft.school.place, place=place)


def _family(draft: Draft, child: Child) -> Family:
    """A new household, or one that has an elder or a younger child here."""
    random = draft.random
    if draft.families and random.random() < SIBLINGS:
        chosen = draft.families[int(random.random() * len(draft.families))]
        if child.band.key not in chosen.bands:
            chosen.bands.add(child.band.key)
            return chosen
    made = _new_family(draft, child)
    draft.families.append(made)
    return made


def _new_family(draft: Draft, child: Child) -> Family:
    random, school = draft.random, draft.school
    group = choose_group(random, school)
    father = invent_name(random, group, female=False)
    surname = father.partition(" ")[0]
    adults = tuple(
        _adult(draft, group, relation, father, YEAR - child.band.age)
        for relation in _relations(random)
    )
    if adults[0].relation == "guardian":
        adults = (_mother_away(draft, group, YEAR - child.band.age), *adults)
    return Family(group, surname, adults, _village(random, school), _poverty(random, school),
                  {child.band.key})  # fmt: skip


def _relations(random: Random) -> tuple[str, ...]:
    chance = random.random()
    if chance < BOTH:
        return "father", "mother"
    if chance < MOTHER:
        return ("mother",)
    return ("father",) if chance < FATHER else ("guardian",)


def _adult(draft: Draft, group: str, relation: str, father: str, child_born: int) -> PlannedAdult:
    random, at = draft.random, draft.adults
    draft.adults += 1
    elder = 48 if relation == "guardian" else 21
    name = father if relation == "father" else invent_name(random, group, female=True)
    return PlannedAdult(
        id=draft.ids.of("records.Guardian", draft.school.place, at),
        name=name,
        relation=relation,
        birth_year=child_born - elder - int(random.random() * 15),
        job=JOBS[int(random.random() * len(JOBS))],
        phone=f"{FAMILY_PHONES}{draft.school.place * 12_000 + at:07d}",
    )


def _mother_away(draft: Draft, group: str, child_born: int) -> PlannedAdult:
    """Mẹ đi làm xa: a child with a grandmother has a mother on file, who works far away."""
    at, school = MOTHERS_AWAY + draft.mothers_away, draft.school
    draft.mothers_away += 1
    random = Random(mixed(school.seed, 71, school.place, at))
    return PlannedAdult(
        id=draft.ids.of("records.Guardian", school.place, at),
        name=invent_name(random, group, female=True),
        relation="mother",
        birth_year=child_born - 21 - random.randrange(12),
        job="Công nhân",
        phone=f"{FAMILY_PHONES}{school.place * 12_000 + at:07d}",
    )


def _village(random: Random, school: Outline) -> str:
    at = mixed(school.seed, 43, school.commune.place, int(random.random() * VILLAGES_OF_A_COMMUNE))
    kind = "Khối" if school.commune.is_ward else "Thôn"
    return f"{kind} {BASES[at % len(BASES)]}"


def _poverty(random: Random, school: Outline) -> str:
    poor, near_poor = POOR[school.commune.is_ward]
    chance = random.random()
    return "08" if chance < poor else "09" if chance < near_poor else ""
