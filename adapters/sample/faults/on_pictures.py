"""Faults of photographs and of one hand behind many: pictures, telephones, employers, an officer who vouches for the own work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from taizhang.adapters.sample.faults.made_classes import Classes, Plan
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.pictures import as_file, drawn, mirrored, saved_anew
from taizhang.adapters.sample.plan import County
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.contacts import ContactId
from taizhang.domain.employment import EmploymentReported

DAY = timedelta(days=1)
CAMERA = {"make": "Sample", "model": "SL-1"}


def same_picture(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """One group photograph, saved anew, stands for two classes."""
    start = date(2016, 9, 5) + 14 * number * DAY
    first, second = (classes.held(county, Plan(starts_on=start + 7 * turn * DAY)) for turn in range(2))
    picture = drawn(f"{county.code}:{number}:group")
    classes.world.attach(county, first.id, as_file(picture), first.days[0])
    classes.world.attach(county, second.id, saved_anew(picture), second.days[0])
    yield Truth("same-picture", "F21", "photographs.alike", (f"class:{first.id}", f"class:{second.id}"))


def turned_picture(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """One group photograph, mirrored and turned, stands for another class."""
    start = date(2017, 9, 4) + 14 * number * DAY
    first, second = (classes.held(county, Plan(starts_on=start + 7 * turn * DAY)) for turn in range(2))
    picture = drawn(f"{county.code}:{number}:turned")
    classes.world.attach(county, first.id, as_file(picture), first.days[0])
    classes.world.attach(county, second.id, mirrored(picture), second.days[0])
    yield Truth("turned-picture", "F21", "photographs.turned", (f"class:{first.id}", f"class:{second.id}"))


def old_picture(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A picture that was taken two years before the class that it is to show."""
    made = classes.held(county, Plan(starts_on=date(2016, 10, 10) + 7 * number * DAY))
    taken = (made.days[1] - 730 * DAY).strftime("%Y:%m:%d 09:30:00")
    content = as_file(drawn(f"{county.code}:{number}:old"), **CAMERA, taken=taken)
    classes.world.attach(county, made.id, content, made.days[1])
    yield Truth("old-picture", "F21", "photographs.another-time", (f"class:{made.id}",))


def one_camera(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """One camera takes the pictures of three schools on one day."""
    start, serial = date(2016, 11, 7) + 7 * number * DAY, f"SN-{county.code}-{number}"
    for turn in range(3):
        school = f"sample-fault-camera-{county.code}-{turn}"
        made = classes.held(county, Plan(starts_on=start, institution=school, persons=12))
        taken = made.days[0].strftime(f"%Y:%m:%d {9 + turn:02d}:15:00")
        content = as_file(drawn(f"{county.code}:{number}:{turn}"), **CAMERA, serial=serial, taken=taken)
        classes.world.attach(county, made.id, content, made.days[0])
    device = classes.world.device(f"{CAMERA['make']} {CAMERA['model']}\0{serial}")
    yield Truth("one-camera", "F21", "photographs.one-device", (f"device:{device}",))


def one_phone(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Six trainees of six households state one telephone number."""
    made = classes.held(county, Plan(starts_on=date(2017, 4, 3) + 7 * number * DAY))
    contact: ContactId = classes.world.share_phone(county, made.people[:6], f"1008{county.code}{number}")
    yield Truth("one-phone", "F11", "relations.one-contact", (f"contact:{contact}",))


def own_answers(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The clerk who put in the sheet also puts in what the trainees are said to have answered."""
    made = classes.held(county, Plan(starts_on=date(2017, 5, 8) + 7 * number * DAY))
    told = [
        TraineeConfirmed(
            training_class=made.id,
            person=one,
            channel="letter",
            took_part=True,
            occurred_on=made.days[-1] + 20 * DAY,
        )
        for one in made.people[:8]
    ]
    classes.world.say("clerk", county.code, told)
    subjects = (f"class:{made.id}", f"officer:{classes.world.officer('clerk', county.code)}")
    yield Truth("own-answers", "F34", "relations.own-second-source", subjects)


def employer_of_many(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """One small firm is said to employ people of three classes of two schools."""
    start, employer = date(2017, 6, 5) + 7 * number * DAY, f"示例劳务部{county.code}-{number}"
    for turn in range(3):
        school = f"sample-fault-jobs-{county.code}-{turn % 2}"
        made = classes.held(county, Plan(starts_on=start + 14 * turn * DAY, institution=school))
        work = [
            EmploymentReported(
                training_class=made.id,
                person=one,
                months=3,
                kind="local",
                employer=employer,
                occurred_on=made.days[-1] + (90 + place) * DAY,
            )
            for place, one in enumerate(made.people)
        ]
        classes.world.say("clerk", county.code, work)
    subjects = (f"employer:{employer}", f"region:{county.code}")
    yield Truth("employer-of-many", "F30", "employment.one-employer-across", subjects)
