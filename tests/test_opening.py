from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator

import pytest
from toy import WordEmbedder

import qa
from qa.page import Library, Settings, serving
from qa.page.build import in_language
from qa.page.parts.words import Language

# What pandas says to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = qa.Index.create(tmp_path_factory.mktemp("toy") / "index", WordEmbedder())
    with serving(Library({"toy": qa.Searcher(index)}), Settings(port=0)) as (where, _):
        yield where


@pytest.mark.parametrize(
    ("path", "language", "title", "promise"),
    [
        ("", "vi", "Hỏi đáp trên tài liệu", "Câu trả lời trích nguyên văn từ tài liệu"),
        ("en", "en", "Questions over documents", "Answers quoted word for word from the documents"),
    ],
)
def test_a_view_speaks_its_language_from_its_first_byte(
    address: str, path: str, language: str, title: str, promise: str
) -> None:
    with urllib.request.urlopen(address + path) as reply:
        html = reply.read().decode()
        assert int(reply.headers["Content-Length"]) == len(html.encode())
    assert re.findall(r'<html data-role="administer"\s+lang="(.*?)"', html) == [language]
    assert re.findall(r"<title>(.*?)</title>", html) == [title]
    assert set(re.findall(r'<meta\s+(?:property|name)="\w+:title"\s+content="(.*?)"', html)) == {title}
    described = re.findall(r'<meta\s+(?:property|name)="\w+:description"\s+content="(.*?)"', html)
    assert described
    assert all(one.startswith(promise) for one in described)
    assert not re.findall(r"<meta[^>]+(?:https?:|@Gradio)[^>]*>", html)


def test_what_is_no_view_passes_as_it_is(address: str) -> None:
    with urllib.request.urlopen(f"{address}config") as reply:
        assert reply.headers["Content-Type"].startswith("application/json")
    with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as reply:
        assert reply.status == 200
        assert reply.read() == b""


@pytest.mark.parametrize(("language", "loading"), [("vi", "Đang mở…"), ("en", "Opening…")])
def test_a_page_is_put_into_a_language(language: Language, loading: str) -> None:
    html = in_language('<html\n\tlang="en"><head></head><body lang="en"></body></html>', language)
    assert html.startswith(f'<html data-role="administer"\n\tlang="{language}"><head><title>')
    assert html.endswith('</script></head><body lang="en"></body></html>')
    assert f'content: "{loading}"' in html
