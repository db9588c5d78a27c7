"""Where a team's server is: what is taken, what is refused, and what is never shown."""

import pytest

from pipeline.doccano.address import Address, find_address
from pipeline.errors import RequestError

TOKEN = "0123456789abcdef0123456789abcdef01234567"
URL = "https://doccano.example.org"


def write(folder, url=URL, token=TOKEN, mode=0o600):
    path = folder / "team.toml"
    path.write_text(f'url = "{url}"\ntoken = "{token}"\n', encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("url", [URL, f"{URL}/", "http://127.0.0.1:8000", "http://[::1]:8000/"])
def test_the_environment_names_a_server_and_a_token(url, tmp_path):
    found = find_address(tmp_path, {"DOCCANO_URL": url, "DOCCANO_TOKEN": TOKEN})
    assert found == Address(url.rstrip("/"), TOKEN)
    assert TOKEN not in repr(found)


def test_without_an_address_the_server_is_ours(tmp_path):
    assert find_address(tmp_path, {"DOCCANO_URL": "", "DOCCANO_TOKEN": ""}) is None


def test_a_private_file_does_as_well(tmp_path):
    write(tmp_path, f"{URL}/")
    assert find_address(tmp_path, {}) == Address(URL, TOKEN)
    assert find_address(tmp_path, {"DOCCANO_URL": URL}) == Address(URL, TOKEN)
    other = find_address(tmp_path, {"DOCCANO_TOKEN": "other"})
    assert other == Address(URL, "other")


def test_the_token_of_a_file_goes_to_no_other_address(tmp_path):
    write(tmp_path)
    with pytest.raises(RequestError, match=r"no token for https://other\.example\.org"):
        find_address(tmp_path, {"DOCCANO_URL": "https://other.example.org"})


def test_a_file_that_others_can_read_is_refused(tmp_path):
    path = write(tmp_path, mode=0o640)
    with pytest.raises(RequestError, match=f"can be read by others. chmod 600 {path}"):
        find_address(tmp_path, {})


@pytest.mark.parametrize("text", [f"token = {TOKEN}", f'token = "{TOKEN}"', 'url = "x"', "url = 1"])
def test_a_file_that_says_no_address_is_refused_and_its_token_not_shown(text, tmp_path):
    path = tmp_path / "team.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(RequestError, match='Write url = "…" and token = "…"') as refused:
        find_address(tmp_path, {})
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "cause"),
    [
        ({"DOCCANO_TOKEN": TOKEN}, "DOCCANO_URL is not"),
        ({"DOCCANO_URL": URL}, "there is no token"),
        ({"DOCCANO_URL": URL, "DOCCANO_TOKEN": f"{TOKEN}\nx: y"}, "is no token"),
        ({"DOCCANO_URL": "doccano.example.org", "DOCCANO_TOKEN": TOKEN}, "is no address"),
        ({"DOCCANO_URL": f"https://a:{TOKEN}@x.org", "DOCCANO_TOKEN": TOKEN}, "is no address"),
        ({"DOCCANO_URL": f"{URL}?token={TOKEN}", "DOCCANO_TOKEN": TOKEN}, "is no address"),
        ({"DOCCANO_URL": "https://x.org:port", "DOCCANO_TOKEN": TOKEN}, "is no address"),
        ({"DOCCANO_URL": "ftp://x.org", "DOCCANO_TOKEN": TOKEN}, "is no address"),
        ({"DOCCANO_URL": "http://10.0.0.7:8000", "DOCCANO_TOKEN": TOKEN}, "to the network.*ssh"),
        ({"DOCCANO_URL": "http://127.0.0.1.x.org", "DOCCANO_TOKEN": TOKEN}, "to the network"),
    ],
)
def test_what_is_half_or_would_show_the_token_is_refused(environ, cause, tmp_path):
    with pytest.raises(RequestError, match=cause) as refused:
        find_address(tmp_path, environ)
    assert TOKEN not in str(refused.value)
