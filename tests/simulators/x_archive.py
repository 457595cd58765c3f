"""A chat -> the zip that X gives one of its people of all they wrote."""

import io
import json
import zipfile
from dataclasses import replace

from tests.simulators.x_v1 import status


def to_x_archive(facts, person=None, *, parts=1):
    """The archive of ``person``, or of whoever wrote most; ``parts`` is over how many files the tweets are spread."""
    person = person or owner(facts)
    by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
    own = [said for said in facts.public[::-1] if said.author == person]
    account = {"email": "", "username": person.handle, "accountId": person.id, "accountDisplayName": person.name}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("Your archive.html", "<title>Your archive</title>")
        package.writestr("data/account.js", _script("account", 0, [{"account": account}]))
        package.writestr("data/deleted-tweets.js", _script("deleted_tweets", 0, [{"tweet": {"id_str": "1"}}]))
        for n in range(parts):
            name = f"data/tweets-part{n}.js" if n else "data/tweets.js"
            entries = [{"tweet": _entry(said, by_id)} for said in own[n::parts]]
            package.writestr(name, _script("tweets", n, entries))
    yield content.getvalue()


def owner(facts):
    """Whoever wrote most, and who wrote first of those."""
    written = [said.author for said in facts.public]
    return max(facts.people, key=written.count)


def _script(name, part, things):
    return f"window.YTD.{name}.part{part} = {json.dumps(things, ensure_ascii=False, indent=2)}"


def _entry(said, by_id):
    """An archive holds no other person's tweets, and its numbers are strings."""
    record = status(replace(said, quote_of="", retweet_of=""), by_id) | {
        "full_text": status(said, by_id)["full_text"],
        "edit_info": {"initial": {"editTweetIds": list(said.edits or (said.id,)), "editsRemaining": "5"}},
    }
    del record["user"]
    return _strings(record)


def _strings(value):
    if isinstance(value, dict):
        return {name: _strings(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_strings(each) for each in value]
    return str(value) if type(value) is int else value
