"""Contacts that are due on a page, and as a calendar for each seller."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse
from icalendar import Calendar, Event
from pydantic import BaseModel, ConfigDict, Field

from winprob.features.message import Language, message
from winprob.features.playbook import Language as Given
from winprob.models.wording.percent import percent
from winprob.serving.deals.deals import Deals
from winprob.serving.deals.due import Due, DueContact, due_contacts
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.forecast.question import AS_OF, LANGUAGE, Moment
from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

SHOWN = 20
"""Deals of a kind on the page; more are counted."""

router = APIRouter(tags=["pages"], dependencies=[Depends(each_once)])


class DueQuestion(BaseModel):
    """Whose contacts, and when.

    Attributes
    ----------
    owner : str, optional
        The seller, as the list of deals names sellers; all if left out or empty.
    as_of : date or datetime, optional
        A day is its end.
    language : str, optional
        As the header ``Accept-Language`` says if left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = ""
    as_of: Moment | None = Field(default=None, description=AS_OF)
    language: Given | None = Field(default=None, description=LANGUAGE)


Asked = Annotated[DueQuestion, Query()]


@router.get("/due", response_class=HTMLResponse, responses=refusals(404, 422, 503))
async def due_page(  # numpydoc ignore=PR01
    service: TheService, question: Asked, accepted: AcceptedLanguage, root: Root
) -> Response:
    """Show the contacts that are planned for the next seven days, overdue, or not planned."""
    return await service.answer_deal(_page, question, question.language or accepted, root)


@router.get("/due.ics", responses=refusals(404, 422, 503))
async def due_calendar(  # numpydoc ignore=PR01
    service: TheService, question: Asked, accepted: AcceptedLanguage
) -> Response:
    """Give the same as a calendar file: whole days, what is overdue today."""
    return await service.answer_deal(_calendar, question, question.language or accepted)


def _page(deals: Deals, question: DueQuestion, language: Language, root: str) -> Response:
    due = _due(deals, question)
    return page(
        "due.html",
        language,
        root,
        question=question,
        calendar=deals.forecasts.calendar,
        as_of=deals.forecasts.moment(question.as_of),
        due=due,
        today=due.today,
        shown=SHOWN,
    )


def _due(deals: Deals, question: DueQuestion) -> Due:
    listing = deals.listing(ListQuestion(as_of=question.as_of))
    return due_contacts(listing, question.owner or None)


def _calendar(deals: Deals, question: DueQuestion, language: Language) -> Response:
    due, calendar = _due(deals, question), Calendar()
    calendar.add("prodid", "-//winprob//contacts//EN")
    calendar.add("version", "2.0")
    for contact in (*due.overdue, *due.planned):
        event = _event(contact, due.today, language)
        event.add("dtstamp", deals.forecasts.moment(question.as_of).to_pydatetime(warn=False))
        calendar.add_component(event)
    headers = {"Content-Disposition": 'attachment; filename="contacts.ics"'}
    return Response(calendar.to_ical(), headers=headers, media_type="text/calendar; charset=utf-8")


def _event(contact: DueContact, today: date, language: Language) -> Event:
    day, names = max(contact.day or today, today), filter(None, (contact.title, contact.customer))
    title = message("Contact {title}", title=" · ".join(names))
    text = message("Win probability {chance}", chance=percent(contact.probability))
    event = Event()
    event.add("uid", f"{contact.opportunity_id}@winprob")
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title.in_language(language))
    event.add("description", text.in_language(language))
    return event
