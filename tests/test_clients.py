"""What a test reads in a page is never there by chance."""

import re

from tests.cast import Cast
from tests.clients import TOKEN_LETTERS


def test_the_token_of_a_form_holds_no_class_name(cast: Cast) -> None:
    page = cast.client("mai").get("/").content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
    assert tokens
    assert all(set(one) <= set(TOKEN_LETTERS) and len(one) == 64 for one in tokens)
