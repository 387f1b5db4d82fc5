"""Contact through the API, from the first message to a decided report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from experts.models import User
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import jobs

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]

LETTER = {"subject": "Training in Osh", "text": "Would you be free?"}


@pytest.fixture
def sender(db: None) -> User:
    return make.user(name="Jonas Weber")


def test_two_people_write_to_each_other_and_see_no_address(
    api: Api, sender: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    expert = make.profile()
    assert "contact" in api(sender).get(f"/experts/{expert.pk}").json()["allowed_actions"]
    made = api(sender).post(f"/experts/{expert.pk}/contact", LETTER)
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    assert made.json()["other"]["id"] == str(expert.pk)
    answered = api(expert.user).post(f"{path}/messages", {"text": "Gladly."})
    assert answered.status_code == 201
    shown = api(sender).get(f"{path}/messages").json()["results"]
    assert [(row["text"], row["is_mine"], row["allowed_actions"]) for row in shown] == [
        ("Would you be free?", True, []),
        ("Gladly.", False, ["report"]),
    ]
    jobs.run("experts.relay_message")
    assert [letter.to for letter in mailoutbox] == [[expert.user.email], [sender.email]]
    answers = [
        response.content.decode()
        for client in (api(sender), api(expert.user))
        for response in (client.get("/me/conversations"), client.get(path), client.get(f"{path}/messages"))
    ]
    for text in answers:
        assert expert.user.email not in text
        assert sender.email not in text


def test_a_message_that_is_retried_is_sent_once(
    api: Api, sender: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    expert = make.profile()
    for _ in range(2):
        response = api(sender).post(f"/experts/{expert.pk}/contact", LETTER, key="one")
        assert response.status_code == 201
    jobs.run("experts.relay_message")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subject": "Osh"},
        {"text": "Hello"},
        {"subject": " ", "text": "Hello"},
        {"subject": "Osh", "text": " "},
        {"subject": "x" * 151, "text": "Hello"},
        {"subject": "Osh", "text": "x" * 5001},
        {"subject": "Osh", "text": ["Hello"]},
        {"subject": "Osh", "text": "Hello", "from": "somebody@else.example"},
    ],
)
def test_half_a_message_is_refused(api: Api, sender: User, body: dict[str, Any]) -> None:
    assert api(sender).post(f"/experts/{make.profile().pk}/contact", body).status_code == 400


def test_contact_has_a_rate_of_its_own(api: Api, sender: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.THROTTLE_RATES, "contact", (1, 3600))
    expert = make.profile()
    assert api(sender).post(f"/experts/{expert.pk}/contact", LETTER).status_code == 201
    refused = api(sender).post(f"/experts/{expert.pk}/contact", LETTER)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_the_expert_chooses_who_writes(api: Api, sender: User) -> None:
    expert = make.profile()
    me, path = api(expert.user), f"/experts/{expert.pk}/contact-settings"
    assert me.get(path).json() == {"reach": "members", "networks": []}
    assert me.put(path, {"reach": "everyone"}).status_code == 400
    assert me.put(path, {"reach": "self"}).json()["reach"] == "self"
    refused = api(sender).post(f"/experts/{expert.pk}/contact", LETTER)
    assert (refused.status_code, refused.json()["code"]) == (403, "contact_refused")
    assert "contact" not in api(sender).get(f"/experts/{expert.pk}").json()["allowed_actions"]


def test_a_report_is_decided_and_its_author_barred(api: Api, sender: User) -> None:
    expert, secretariat = make.profile(), make.secretariat()
    path = api(sender).post(f"/experts/{expert.pk}/contact", LETTER).headers["Location"]
    path = path.removeprefix("/api/v1")
    [message] = api(expert.user).get(f"{path}/messages").json()["results"]
    reporting = f"{path}/messages/{message['id']}/report"
    assert api(expert.user).post(reporting, {"reason": "Advertising"}).status_code == 204
    [report] = api(secretariat).get("/contact-reports", status="open").json()["results"]
    assert (report["text"], report["reason"]) == ("Would you be free?", "Advertising")
    decision = {"outcome": "upheld", "note": "Third time", "bar_sender": True}
    decided = api(secretariat).post(f"/contact-reports/{report['id']}/decide", decision)
    assert (decided.json()["status"], decided.json()["allowed_actions"]) == ("upheld", [])
    barred = api(sender).post(f"/experts/{make.profile().pk}/contact", LETTER)
    assert (barred.status_code, barred.json()["code"]) == (403, "barred")
    assert api(secretariat).delete(f"/contact-bars/{sender.pk}").status_code == 204
    assert api(sender).post(f"/experts/{make.profile().pk}/contact", LETTER).status_code == 201


def test_a_block_is_told_to_nobody(api: Api, sender: User) -> None:
    expert = make.profile()
    api(sender).post(f"/experts/{expert.pk}/contact", LETTER)
    me = api(expert.user)
    assert me.post("/me/contact-blocks", {"person": str(sender.pk)}).status_code == 201
    [blocked] = me.get("/me/contact-blocks").json()["results"]
    assert blocked["person"]["id"] == str(sender.pk)
    assert api(sender).get("/me/contact-blocks").json()["results"] == []
    refused = api(sender).post(f"/experts/{expert.pk}/contact", LETTER)
    assert (refused.status_code, refused.json()["code"]) == (403, "contact_refused")
    assert me.delete(f"/me/contact-blocks/{sender.pk}").status_code == 204
