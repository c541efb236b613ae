"""The WHMCS double, driven with requests as an adapter would."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests

DATE = "2026-11-23 21:00:00"


def added(whmcs, **fields):
    answer = whmcs("AddAnnouncement", date=DATE, title="Wartung", announcement="<p>Text</p>", **fields)
    assert answer.json()["result"] == "success", answer.text
    return answer.json()["announcementid"]


def test_an_announcement_goes_in_hidden_and_is_released_by_id(whmcs, sandbox):
    number = added(whmcs, published="0")
    assert number == 1
    assert not sandbox.posts("whmcs")[0].visible
    assert requests.get(sandbox.posts("whmcs")[0].url, timeout=5).status_code == 404
    for _ in range(2):
        answer = whmcs("UpdateAnnouncement", announcementid="1", published="1")
        assert answer.json() == {"result": "success", "announcementid": "1"}
    [shown] = sandbox.posts("whmcs")
    assert (shown.visible, shown.title, shown.body, shown.account) == (
        True,
        "Wartung",
        "<p>Text</p>",
        "announce",
    )
    assert shown.at == datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(("value", "visible"), [("1", True), ("0", False), ("", False), ("false", True)])
def test_published_is_read_as_php_reads_it(whmcs, sandbox, value, visible):
    added(whmcs, published=value)
    assert sandbox.posts("whmcs")[0].visible is visible


@pytest.mark.parametrize(
    "path", ["/announcements/1", "/announcements/1/Wartung.html", "/index.php?rp=/announcements/1"]
)
def test_customers_read_it_at_every_form_of_its_address(whmcs, sandbox, path):
    added(whmcs, published="1")
    page = requests.get(sandbox.base_url("whmcs") + path, timeout=5)
    assert page.status_code == 200
    assert "<p>Text</p>" in page.text
    assert "Wartung" in requests.get(f"{sandbox.base_url('whmcs')}/announcements", timeout=5).text


@pytest.mark.parametrize("wrong", [{"secret": "x"}, {"identifier": "x"}, {"identifier": "", "secret": ""}])
def test_wrong_credentials_are_http_403_with_json(whmcs, sandbox, wrong):
    answer = whmcs("AddAnnouncement", date=DATE, title="x", announcement="x", **wrong)
    assert answer.status_code == 403
    assert answer.json() == {"result": "error", "message": "Authentication Failed"}
    assert sandbox.posts() == []


def test_a_role_without_the_right_is_told_so(whmcs, sandbox):
    answer = whmcs("AddAnnouncement", date=DATE, title="x", announcement="x", **sandbox.readers["whmcs"])
    assert answer.status_code == 403
    assert answer.json()["message"] == 'Invalid Permissions: API action "addannouncement" is not allowed'
    assert whmcs("GetAnnouncements", **sandbox.readers["whmcs"]).json()["result"] == "success"


@pytest.mark.parametrize(
    ("action", "fields", "message"),
    [
        ("AddNetworkIssue", {}, "Command Not Found"),
        ("UpdateAnnouncement", {"announcementid": "7"}, "Announcement ID Not Found"),
        ("UpdateAnnouncement", {"announcementid": "x"}, "Announcement ID Not Found"),
        ("DeleteAnnouncement", {}, "Announcement ID Not Found"),
        ("AddAnnouncement", {"date": DATE, "title": "", "announcement": "x"}, "title is required"),
        (
            "AddAnnouncement",
            {"date": "23.11.2026 21:00", "title": "x", "announcement": "x"},
            "Invalid date; the format is YYYY-MM-DD HH:MM:SS",
        ),
    ],
)
def test_business_errors_come_with_http_200(whmcs, action, fields, message):
    answer = whmcs(action, **fields)
    assert answer.status_code == 200
    assert answer.json() == {"result": "error", "message": message}


def test_the_list_is_paged_oldest_first_with_numbers_of_both_kinds(whmcs):
    for _ in range(3):
        added(whmcs)
    page = whmcs("GetAnnouncements", limitstart="1", limitnum="1").json()
    assert (page["totalresults"], page["startnumber"], page["numreturned"]) == ("3", 1, "1")
    [entry] = page["announcements"]["announcement"]
    assert (entry["id"], entry["published"], entry["title"]) == (2, "0", "Wartung")
    assert len(whmcs("GetAnnouncements").json()["announcements"]["announcement"]) == 3


def test_a_title_is_html_and_shown_as_such(whmcs, sandbox):
    whmcs("AddAnnouncement", date=DATE, title="A &amp; <b>B</b>", announcement="x", published="1")
    [shown] = sandbox.posts("whmcs")
    assert shown.title == "A & B"
    page = requests.get(shown.url, timeout=5).text
    assert "<title>A &amp; B</title>" in page
    assert "A &amp; <b>B</b></a></h2>" in page


def test_an_empty_list_has_no_announcements_at_all(whmcs):
    assert "announcements" not in whmcs("GetAnnouncements").json()


def test_a_deleted_announcement_is_gone(whmcs, sandbox):
    number = added(whmcs)
    assert whmcs("DeleteAnnouncement", announcementid=str(number)).json()["result"] == "success"
    assert sandbox.posts("whmcs") == []


def test_texts_and_dates_can_be_changed(whmcs, sandbox):
    added(whmcs)
    whmcs("UpdateAnnouncement", announcementid="1", title="Neu", announcement="B", date="2026-11-23 22:00:00")
    [shown] = sandbox.posts("whmcs")
    assert (shown.title, shown.body, shown.at.hour) == ("Neu", "B", 21)


def test_a_check_learns_who_it_is_and_what_it_may_do(whmcs, sandbox):
    admin = whmcs("GetAdminDetails").json()
    assert "Manage Announcements" in admin["allowedpermissions"]
    reader = whmcs("GetAdminDetails", **sandbox.readers["whmcs"]).json()
    assert "Manage Announcements" not in reader["allowedpermissions"]
    assert whmcs("GetHealthStatus").json() == {"result": "success"}


def test_without_responsetype_there_is_no_json(whmcs):
    assert "xml" in whmcs("GetAnnouncements", responsetype="").headers["content-type"]


def test_credentials_in_a_query_are_not_looked_at(sandbox):
    query = sandbox.credentials["whmcs"] | {"action": "GetAnnouncements", "responsetype": "json"}
    url = f"{sandbox.base_url('whmcs')}/includes/api.php"
    assert requests.post(url, params=query, timeout=5).status_code == 403
