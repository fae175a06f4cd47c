"""Administration: people, roles, why somebody may, and looking as somebody else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine, sticks_out
from tests.system.client import Client
from tests.system.people import PASSWORD, ZONE, People
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]
HOSTILE = '<img src=x onerror="document.title=1"><b>{{7*7}}</b>\'"'


def make_user(people: People, *roles: str, name: str = "Nora") -> dict[str, Any]:
    """A user with these roles."""
    email = f"{uuid4().hex[:10]}@example.com"
    return people.administrator.made("/users", {
        "email": email, "name": name, "password": PASSWORD, "role_codes": [*roles],
        "locale": "en", "time_zone": ZONE.key})  # fmt: skip


def make_role(people: People, **values: Any) -> dict[str, Any]:
    """A role of its own."""
    code = f"r{uuid4().hex[:8]}"
    return people.administrator.made("/roles", {"code": code, "name": f"Role {code}", **values})


@pytest.fixture(scope="module")
def root(people: People) -> str:
    """The address of an administrator."""
    return str(make_user(people, "administrator", name="Rosa Root")["email"])


def test_new_user_signs_in_and_sees_what_the_role_allows(
    opened: Open, people: People, root: str
) -> None:
    email = f"{uuid4().hex[:8]}@example.com"
    page = opened("/administration", email=root)
    page.click("main >> text=Users")
    page.click(".page-head [href='/users/new']")
    page.fill("#form-name", "Nina Nova")
    page.fill("#form-email", email)
    page.fill("#form-password", PASSWORD)
    expect(page.locator("#form-active")).to_be_checked()
    page.locator(".codes label", has_text="Manager").click()
    page.click("#sheet .btn-primary")
    expect(page.locator("h1")).to_have_text("Nina Nova")
    expect(page.locator("#user-panel")).to_contain_text("Manager")
    own = opened("/leads", email=email)
    expect(own.locator(".sidebar")).to_contain_text("Leads")
    expect(own.locator(".sidebar")).not_to_contain_text("Administration")


def test_right_taken_in_the_grid_is_gone_from_the_page_of_its_holder(
    opened: Open, people: People, root: str
) -> None:
    role = make_role(people, grants={"contact": {"read": "all"}, "lead": {"read": "own"}})
    user = make_user(people, role["code"])
    own = opened("/contacts", email=user["email"])
    expect(own.locator(".sidebar")).to_contain_text("Contacts")
    page = opened(f"/administration/roles/{role['id']}", email=root)
    page.select_option("[name='grants/contact/read']", "none")
    page.select_option("[name='grants/lead/add']", "own")
    expect(page.locator(".change-list")).to_contain_text("Contacts – See: All → Nothing")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.click("[data-foot] .btn-primary")
    expect(page.locator("[role=status].alert")).to_be_visible()
    own.goto("/leads")
    expect(own.locator(".sidebar")).not_to_contain_text("Contacts")
    assert own.request.get("/contacts").status == 403
    saved = people.administrator.get(f"/roles/{role['id']}").json()["grants"]
    assert saved["lead"] == {"read": "own", "add": "own"}


def test_finer_rules_and_holders_are_set_in_the_grid(
    opened: Open, people: People, root: str
) -> None:
    role = make_role(people, grants={"lead": {"read": "all", "update": "all"}})
    user = make_user(people, name=f"Holder {uuid4().hex[:6]}")
    page = opened(f"/administration/roles/{role['id']}", email=root)
    page.click("summary >> text=Leads: finer rules")
    page.select_option("#except-lead", label="Converted")
    page.locator("[name$='/update'][name^='stages/lead']").select_option("none")
    page.select_option("[name='fields/lead/amount']", "hidden")
    page.check("[name='settings/audit']")
    page.fill("[data-list='assigned_to/users'] [role=combobox]", user["name"])
    page.click(f"[role=option] >> text={user['name']}")
    page.click("[data-foot] .btn-primary")
    expect(page.locator("[role=status].alert")).to_be_visible()
    saved = people.administrator.get(f"/roles/{role['id']}").json()
    [over] = [one for one in saved["stages"]["lead"].values() if one]
    assert over == {"update": "none"}
    assert (saved["fields"], saved["settings"]) == ({"lead": {"amount": "hidden"}}, ["audit"])
    assert saved["assigned_to"]["users"] == [user["id"]]


def test_what_goes_beyond_the_givers_rights_is_marked_at_its_cell(
    opened: Open, people: People
) -> None:
    giver = make_role(people, settings=["roles"], grants={"lead": {"read": "own"}})
    target = make_role(people)
    page = opened(f"/administration/roles/{target['id']}",
                  email=make_user(people, giver["code"])["email"])  # fmt: skip
    page.select_option("[name='grants/lead/read']", "all")
    page.check("[name='settings/users']")
    page.click("[data-foot] .btn-primary")
    cell = page.locator("td", has=page.locator("[name='grants/lead/read']"))
    expect(cell.locator(".invalid-feedback")).to_be_visible()
    expect(page.locator("li", has=page.locator("[name='settings/users']"))).to_contain_text(
        "You do not hold this yourself."
    )
    expect(page.locator("[data-count]")).to_have_text("2")
    assert people.administrator.get(f"/roles/{target['id']}").json()["grants"] == {}


def test_two_administrators_overwrite_nothing_in_silence(
    opened: Open, people: People, root: str
) -> None:
    role = make_role(people)
    page = opened(f"/administration/roles/{role['id']}", email=root)
    people.administrator.changed(f"/roles/{role['id']}", {"settings": ["lists"]})
    page.select_option("[name='grants/deal/read']", "own")
    page.click("[data-foot] .btn-primary")
    expect(page.locator(".alert-warning")).to_contain_text("Somebody changed this role")
    expect(page.locator("[data-count]")).to_have_text("1")
    page.click("[data-foot] .btn-primary")
    expect(page.locator("[role=status].alert")).to_be_visible()
    saved = people.administrator.get(f"/roles/{role['id']}").json()
    assert (saved["settings"], saved["grants"]) == (["lists"], {"deal": {"read": "own"}})


def test_role_begins_with_what_another_allows(opened: Open, people: People, root: str) -> None:
    page = opened("/administration/roles", email=root)
    page.click("text=New role")
    name = f"Seller {uuid4().hex[:6]}"
    page.fill("#name-en", name)
    page.select_option("#role-alike", "manager")
    page.click("#sheet .btn-primary")
    page.wait_for_url(lambda url: url.rpartition("/")[2] not in ("roles", "new"))
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("[name='grants/lead/read']")).to_have_value("own")


def test_explanation_names_the_role_that_decides(opened: Open, people: People, root: str) -> None:
    title = f"Secret {uuid4().hex[:8]}"
    lead = people.carla.made("/leads", {"title": title})
    page = opened("/administration/explain", email=root)
    page.fill("#pick-user", people.ana.user["name"])
    page.click("[role=option] >> nth=0")
    page.fill("#pick-record", title)
    page.click(f"[role=option] >> text={title}")
    page.click("text=Explain")
    expect(page.locator("#answer")).to_contain_text("No")
    expect(page.locator(".decides")).to_contain_text("Manager")
    chief = people.chief.user["id"]
    page.goto(f"/administration/explain?user={chief}&record=lead:{lead['id']}&operation=read")
    expect(page.locator("#answer")).to_contain_text("Yes")
    expect(page.locator(".decides")).to_contain_text("Chief executive")


def test_looking_as_somebody_changes_nothing_and_ends(
    opened: Open, people: People, platform: Platform
) -> None:
    user, looker = make_user(people, "manager", name="Vera"), make_user(people, "administrator")
    own = platform.client(user["email"], PASSWORD)
    lead = own.made("/leads", {"title": "Vera's own"})
    page = opened(f"/users/{user['id']}", email=looker["email"])
    page.fill("[name=reason]", "She sees too little")
    page.click("text=View as Vera")
    banner = page.locator(".view-banner")
    expect(banner).to_contain_text("as Vera does")
    page.goto(f"/leads/{lead['id']}")
    expect(banner).to_be_visible()
    expect(page.locator(".sidebar")).not_to_contain_text("Administration")
    page.fill("#composer textarea", "From nobody")
    page.click("#composer button.btn-primary")
    expect(page.locator("main .problem")).to_contain_text("looking as somebody else")
    assert "From nobody" not in own.get(f"/leads/{lead['id']}/timeline").text
    banner.get_by_role("button", name="End").click()
    expect(banner).to_have_count(0)
    page.goto("/administration")
    expect(page.locator("h1")).to_have_text("Administration")
    told = people.administrator.get(f"/users/{user['id']}/history").text
    assert "view_begun" in told
    assert "view_ended" in told


def test_only_administrators_look_as_others_do(opened: Open, people: People) -> None:
    role = make_role(people, settings=["users"])
    page = opened(f"/users/{people.ana.user['id']}",
                  email=make_user(people, role["code"])["email"])  # fmt: skip
    expect(page.locator("#user-panel")).to_contain_text("Deactivate")
    expect(page.locator("#user-panel")).not_to_contain_text("View as")


def test_user_who_is_deactivated_is_out_and_let_in_again(
    opened: Open, people: People, platform: Platform, root: str
) -> None:
    user = make_user(people, "manager")
    own: Client = platform.client(user["email"], PASSWORD)
    page = opened(f"/users/{user['id']}", email=root)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=Deactivate")
    page.locator("#user-panel >> text=Let in again").wait_for()
    assert own.get("/me").status_code == 401
    page.click("text=Let in again")
    page.locator("#user-panel >> text=Deactivate").wait_for()
    assert platform.client(user["email"], PASSWORD).get("/me").status_code == 200


def test_departments_stand_in_a_tree(opened: Open, people: People, root: str) -> None:
    above = people.departments["Sales"]
    name = f"East {uuid4().hex[:6]}"
    page = opened("/administration/departments", email=root)
    page.click(f"[aria-label='Add one below {above['name']}']")
    page.fill("#department-name", name)
    page.click("#sheet .btn-primary")
    node = page.locator(".tree .tree .tree-node", has_text=name)
    expect(node).to_be_visible()
    page.click(f"[aria-label='Remove {above['name']}']")
    expect(page.locator(".alert-danger")).to_be_visible()
    page.click(f"[aria-label='Remove {name}']")
    expect(node).to_have_count(0)


def test_seller_finds_no_administration(opened: Open, people: People) -> None:
    page = opened("/leads", email=people.ana.user["email"])
    absent = page.request.get("/administration/nothing/of/this", headers={"Accept": "text/html"})
    for path in ("/administration", "/administration/roles", "/administration/audit",
                 "/administration/organisation", "/administration/stages/leads/all"):  # fmt: skip
        answer = page.request.get(path, headers={"Accept": "text/html"})
        assert answer.status == absent.status == 404
        assert plain(answer.text()) == plain(absent.text())
    expect(page.locator(".sidebar")).not_to_contain_text("Administration")


def plain(html: str) -> str:
    """What a page says, without its request's id."""
    return html.partition("<main")[2].partition('class="hint"')[0]


def test_hostile_names_are_inert(opened: Open, people: People, root: str) -> None:
    role = make_role(people, name=HOSTILE)
    people.administrator.changed(f"/roles/{role['id']}", {"name": HOSTILE})
    user = make_user(people, role["code"], name=HOSTILE)
    department = people.administrator.made("/departments", {"name": HOSTILE})
    page = opened("/administration", email=root)
    for path in ("/administration/roles", f"/administration/roles/{role['id']}",
                 "/administration/departments", f"/administration/explain?user={user['id']}",
                 f"/users/{user['id']}", "/administration/audit"):  # fmt: skip
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.title() not in ("1", "2")
        assert page.locator("main img, main b").count() == 0
    path = f"/departments/{department['id']}"
    assert people.administrator.delete(path, version=department["version"]).status_code == 204


def test_pages_of_administration_exclude_nobody_and_fit(
    opened: Open, people: People, root: str, at_length: bool
) -> None:
    role = people.administrator.get("/roles", filter='{"code": "manager"}').json()["items"][0]
    pipeline = people.administrator.get("/pipelines").json()["items"][0]
    page, found = opened("/administration", email=root), {}
    paths = ("/administration", "/administration/roles", "/administration/roles/new",
              f"/administration/roles/{role['id']}", "/administration/departments",
              f"/administration/explain?user={people.ana.user['id']}&entity=lead",
              "/administration/pipelines", f"/administration/stages/deals/{pipeline['id']}",
              f"/administration/stages/deals/{pipeline['id']}/form?code=proposal",
              f"/administration/stages/deals/{pipeline['id']}/moves",
              "/administration/organisation", "/tokens", "/administration/dead-events",
              "/administration/audit", f"/users/{people.ana.user['id']}")  # fmt: skip
    for path in paths if at_length else paths[1::2]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for theme, width in (("light", 1440), ("dark", 375)):
            page.set_viewport_size({"width": width, "height": 900})
            wrong, too_wide = examine(page, theme), sticks_out(page)
            if wrong or too_wide > 0:
                found[path, theme] = (wrong, too_wide)
    assert found == {}
