"""What an outsider may do, and an annotator with another's work: nothing."""

import time
from http.client import HTTPConnection

import pytest
import requests

from pipeline.doccano import launch
from pipeline.model import Document
from pipeline.stages.collect import collect
from pipeline.stages.push import push
from tests.examples import DOCUMENT, TEXT, annotation

PAIRS = [(DOCUMENT, annotation())]


@pytest.fixture
def mine_and_theirs(client, round_, a01, a02, salma, omar, tmp_path):
    """Return my project with an example and a span of it, and the other's."""

    def open_for(annotator, person):
        project = push(client, round_, annotator, PAIRS, tmp_path).project
        example = person.get(f"projects/{project}/examples")["results"][0]["id"]
        span = person.get(f"projects/{project}/examples/{example}/spans")[0]["id"]
        return project, example, span

    return open_for(a01, salma), open_for(a02, omar)


def test_ids_of_anothers_project_do_not_exist_in_mine(mine_and_theirs, salma, omar):
    (project, example, span), (other, their_example, their_span) = mine_and_theirs
    before = omar.get(f"projects/{other}/examples/{their_example}/spans")
    assert salma.ask("GET", f"projects/{project}/examples/{example}").status_code == 200
    label = salma.label(project, "مكان")
    own, theirs = (f"projects/{project}/examples/{e}" for e in (example, their_example))
    drawn = {"start_offset": 0, "end_offset": 5, "label": label}
    relation = {"type": salma.label(project, "صاحبه", "relation"), "from_id": span}
    for method, path, body in [
        ("GET", theirs, {}),
        ("PATCH", theirs, {"text": "x"}),
        ("DELETE", theirs, {}),
        ("GET", f"{theirs}/spans", {}),
        ("POST", f"{theirs}/spans", drawn),
        ("DELETE", f"{theirs}/spans", {}),
        ("GET", f"{own}/spans/{their_span}", {}),
        ("PATCH", f"{own}/spans/{their_span}", {"start_offset": 1}),
        ("DELETE", f"{own}/spans/{their_span}", {}),
        ("POST", f"{own}/relations", {**relation, "to_id": their_span}),
        ("POST", f"{theirs}/states", {}),
        ("GET", f"{theirs}/comments", {}),
        ("GET", f"projects/{other}", {}),
        ("GET", f"projects/{other}/examples", {}),
        ("GET", f"projects/{other}/comments", {}),
        ("GET", f"projects/{other}/members", {}),
        ("GET", f"projects/{other}/span-types", {}),
        ("GET", f"projects/{other}/metrics/progress", {}),
        ("GET", f"projects/{other}/download", {}),
        ("POST", f"projects/{other}/download", {"format": "JSONL", "exportApproved": False}),
        ("POST", f"projects/{other}/upload", {"format": "JSONL", "uploadIds": []}),
        ("POST", f"projects/{project}/comments?example={their_example}", {"text": "x"}),
        ("POST", f"{own}/spans", {**drawn, "label": omar.label(other, "مكان")}),
    ]:
        reply = salma.ask(method, path, **body)
        assert reply.status_code in (403, 404), f"{method} {path}: {reply.status_code}"
    assert omar.get(f"projects/{other}/examples/{their_example}/spans") == before
    assert omar.get(f"projects/{other}/examples/{their_example}")["text"] == TEXT


def test_an_annotator_cannot_change_texts_labels_or_projects_or_see_the_others(
    mine_and_theirs, salma
):
    (project, example, _), _ = mine_and_theirs
    for method, path, body in [
        ("PATCH", f"projects/{project}/examples/{example}", {"text": "x"}),
        ("PUT", f"projects/{project}/examples/{example}", {"text": "x"}),
        ("DELETE", f"projects/{project}/examples/{example}", {}),
        ("PUT", f"projects/{project}", {"name": "x"}),
        ("DELETE", f"projects/{project}", {}),
        ("POST", f"projects/{project}/span-types", {"text": "x"}),
        ("POST", f"projects/{project}/members", {"user": 1, "role": 1}),
        ("POST", f"projects/{project}/download", {"format": "JSONL"}),
        ("GET", "users", {}),
        ("GET", f"users?project_id={project}", {}),
    ]:
        assert salma.ask(method, path, **body).status_code == 403, f"{method} {path}"


def test_our_endpoints_take_the_admins_token_alone(server, salma, round_, a01):
    order = {"round": round_.name, "annotator": {"pseudonym": "a01", "username": "a01"}}
    for endpoint in ("annotators", "push", "renew", "stored", "holders", "pull"):
        url = f"{server.url}/tawsim/{endpoint}"
        assert requests.post(url, json=order, timeout=30).status_code == 401
        reply = requests.post(url, json=order, headers=salma._headers, timeout=30)
        assert reply.status_code == 403
        assert requests.get(url, timeout=30).status_code in (401, 405)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/fp/process/", (401, 403)),
        ("GET", "/media/", (404,)),
        ("GET", "/admin/", (404,)),
        ("GET", "/admin", (404,)),
        ("GET", "/api-auth/login/", (404,)),
        ("GET", "/v1/projects", (401, 403)),
        ("GET", "/v1/users", (401, 403)),
        ("GET", "/v1/projects/1/auto-labeling/configs", (401, 403, 404)),
    ],
)
def test_an_outsider_gets_nothing(server, method, path, status):
    reply = requests.request(
        method, server.url + path, timeout=30, files={"f": b"x"} if method == "POST" else None
    )
    assert reply.status_code in status


def test_the_address_opens_the_log_in(server):
    reply = requests.get(server.url, allow_redirects=False, timeout=30)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/auth")


@pytest.mark.parametrize(
    ("name", "password"),
    [("admin", "password"), ("admin", "admin"), ("admin", ""), ("root", "root"), ("a01", "a01")],
)
def test_no_account_has_a_password_to_guess(server, salma, name, password):
    order = {"username": name, "password": password}
    reply = requests.post(f"{server.url}/v1/auth/login/", json=order, timeout=30)
    assert reply.status_code == 400


def test_who_guesses_on_is_sent_away(server):
    # An address of its own, so that nobody else's log-ins are counted with these.
    connection = HTTPConnection("127.0.0.1", server.port, 30, source_address=("127.0.0.2", 0))
    replies = []
    for number in range(61):
        lie = {"X-Forwarded-For": f"192.0.2.{number}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/auth/login/", '{"username": "a01"}', lie)
        reply = connection.getresponse()
        reply.read()
        replies.append(reply.status)
    connection.close()
    assert replies == [400] * 60 + [429]


def test_a_session_ends_with_its_log_out_and_by_itself(server, client):
    # An account of its own: to log out takes the account's token away as well.
    secret = client.open_accounts(["guest"])["guest"]
    session = requests.Session()
    session.get(server.url, timeout=30)
    order = {"username": "guest", "password": secret}
    session.post(f"{server.url}/v1/auth/login/", json=order, timeout=30).raise_for_status()
    (cookie,) = (cookie for cookie in session.cookies if cookie.name == "sessionid")
    assert 0 < cookie.expires - time.time() <= 14 * 24 * 3600
    key = {"sessionid": cookie.value}
    url = f"{server.url}/v1/projects"
    assert requests.get(url, cookies=key, timeout=30).status_code == 200
    token = {"X-CSRFToken": session.cookies["csrftoken"]}
    session.post(f"{server.url}/v1/auth/logout/", headers=token, timeout=30).raise_for_status()
    assert requests.get(url, cookies=key, timeout=30).status_code in (401, 403)


def test_the_admin_logs_out_of_the_page_and_push_goes_on(server, client, round_):
    session = requests.Session()
    session.get(f"{server.url}/auth", timeout=30)
    secret = launch.ensure_password(server.state, launch.ADMIN)
    order = {"username": launch.ADMIN, "password": secret}
    session.post(f"{server.url}/v1/auth/login/", json=order, timeout=30).raise_for_status()
    token = {"X-CSRFToken": session.cookies["csrftoken"]}
    session.post(f"{server.url}/v1/auth/logout/", headers=token, timeout=30).raise_for_status()
    assert session.get(f"{server.url}/v1/me", timeout=30).status_code in (401, 403)
    assert client.holders(round_) == frozenset()


def test_auto_labelling_is_gone_even_for_the_admin(server, client, round_, a01, tmp_path):
    project = push(client, round_, a01, PAIRS, tmp_path).project
    url = f"{server.url}/v1/projects/{project}/auto-labeling/configs"
    assert client._session.get(url, timeout=30).status_code == 404


def test_a_foreign_host_is_refused_and_no_origin_is_welcome(server):
    page = f"{server.url}/v1/projects"
    assert requests.get(page, headers={"Host": "evil.example"}, timeout=30).status_code == 400
    reply = requests.get(server.url, headers={"Origin": "http://evil.example"}, timeout=30)
    assert reply.status_code == 200
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert reply.headers["X-Frame-Options"] == "DENY"


def test_the_page_opens_right_to_left_without_asking_anyone_else(server):
    page = requests.get(f"{server.url}/projects/1/sequence-labeling?page=1", timeout=30).text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'src="http' not in page
    for name in ("start.js", "page.css", "noto-naskh-arabic.woff2", "OFL.txt"):
        assert requests.get(f"{server.url}/tawsim/static/{name}", timeout=30).status_code == 200
    for name in ("../page.py", "%2e%2e/settings.py", "absent.js"):
        reply = requests.get(f"{server.url}/tawsim/static/{name}", timeout=30)
        assert reply.status_code in (400, 404)


def test_the_panels_endpoints_answer_for_ones_own_documents_alone(
    server, mine_and_theirs, salma, omar
):
    (_, example, span), (_, theirs, their_span) = mine_and_theirs

    def ask(endpoint, headers, **order):
        url = f"{server.url}/tawsim/{endpoint}"
        return requests.post(url, json=order, headers=headers, timeout=30)

    for endpoint, order in (("reading", {}), ("value", {"span": span, "value": "2024"})):
        assert ask(endpoint, {}, example=example, **order).status_code in (401, 403)
        assert ask(endpoint, salma._headers, example=theirs, **order).status_code == 404
        assert ask(endpoint, salma._headers, **order).status_code == 400
    padding = "س" * 500_000  # six bytes each; the admin's endpoints take more
    assert ask("reading", salma._headers, example=example, padding=padding).status_code == 400
    mine = ask("reading", salma._headers, example=example).json()
    assert [row["value"] for row in mine["dates"]] == ["2024-09-27"]
    date = mine["dates"][0]["span"]
    reply = ask("value", salma._headers, example=example, span=their_span, value="2024")
    assert "refusal" in reply.json()
    for value in ("", " ", "س" * 201):
        reply = ask("value", salma._headers, example=example, span=date, value=value)
        assert reply.status_code == 400
    reply = ask("value", salma._headers, example=example, span=date, value="20 سبتمبر 2024")
    assert reply.json() == {"comment": "قيمة: يوم الجمعة = 20 سبتمبر 2024"}
    mine = ask("reading", salma._headers, example=example).json()
    assert [(row["value"], row["value_by"]) for row in mine["dates"]] == [("2024-09-20", "a01")]
    others = ask("reading", omar._headers, example=theirs).json()
    assert [row["value"] for row in others["dates"]] == ["2024-09-27"], "blind to each other"


def test_the_panel_names_what_collect_would_refuse(server, client, round_, a01, salma, tmp_path):
    project = push(client, round_, a01, PAIRS, tmp_path / "machine").project
    example = salma.get(f"projects/{project}/examples")["results"][0]["id"]
    url = f"projects/{project}/examples/{example}"

    def faults():
        reply = requests.post(
            f"{server.url}/tawsim/reading",
            json={"example": example},
            headers=salma._headers,
            timeout=30,
        )
        return [(row["words"], row["cause"]) for row in reply.json()["faults"]]

    def draw(words, label):
        start = TEXT.index(words) + (TEXT.index(words) > TEXT.index("😀"))
        return salma.ask(
            "POST",
            f"{url}/spans",
            start_offset=start,
            end_offset=start + len(words),
            label=salma.label(project, label),
        ).json()["id"]

    def collect_it():
        return collect(client, round_, a01, {DOCUMENT.id: DOCUMENT}, tmp_path)

    assert faults() == []
    inner, holder = draw("السوداني", "مكان"), draw("أكّدت الحكومة", "صاحب الموقف")
    (welcome,) = [
        row["id"]
        for row in salma.get(f"{url}/spans")
        if row["start_offset"] == TEXT.index("نرحّب") + 1
    ]
    tie = {"type": salma.label(project, "صاحبه", "relation"), "from_id": welcome}
    assert faults() == [
        ("السوداني", "يتداخل مع «محمد السوداني» من الطبقة نفسها"),
        ("أكّدت الحكومة", "صاحب بلا موقف: اربط به موقفاً أو احذفه"),
    ]
    salma.ask("POST", f"{url}/relations", **tie, to_id=holder).raise_for_status()
    assert faults()[1:] == [("نرحّب بانسحاب التحالف", "له صاحبان: أبقِ واحداً")]
    salma.ask("POST", f"{url}/states").raise_for_status()
    assert len(collect_it().findings) == len(faults()) == 2
    for span in (inner, holder):
        salma.ask("DELETE", f"{url}/spans/{span}").raise_for_status()
    assert faults() == []
    assert collect_it().collected == [DOCUMENT.id]


def test_a_page_without_the_csrf_token_changes_nothing(server, mine_and_theirs):
    (_, example, _), _ = mine_and_theirs
    session = requests.Session()
    session.get(server.url, timeout=30)
    secret = launch.ensure_password(server.state, "a01")
    order = {"username": "a01", "password": secret}
    session.post(f"{server.url}/v1/auth/login/", json=order, timeout=30).raise_for_status()
    url = f"{server.url}/tawsim/reading"
    assert session.post(url, json={"example": example}, timeout=30).status_code == 403
    token = {"X-CSRFToken": session.cookies["csrftoken"]}
    assert session.post(url, json={"example": example}, headers=token, timeout=30).ok


def test_a_path_in_an_id_stays_a_name(client, round_, a01, salma, tmp_path):
    document = Document(id="..%2f..%2fx", text=TEXT, dct=DOCUMENT.dct)
    push(client, round_, a01, [(document, annotation(document=document.id))], tmp_path / "m")
    assert [path.parent.name for path in tmp_path.rglob("*.json")] == ["m"]
