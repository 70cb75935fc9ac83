"""The films in Python, by its standard library alone: a package that an agent runs.

The agent gives the address and the token in the environment (`apiurl`, `jwt`), takes what is printed, and takes 0 for
success. What a film must be stands in ../src/check-film.ts; this says the same.
"""

import json
import os
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

ITEMS_PER_CLAIM = 100
THREADS = 8
FIRST_DAY, LAST_DAY = "1895-12-28", "2011-12-31"


class Business(Exception):
    """The record is wrong, and trying again would not help."""

    def __init__(self, message, source):
        super().__init__(message)
        self.source = source


class RateService(Exception):
    """The service did not answer this time."""


def api(method, path, body=None):
    address = urlsplit(os.environ["apiurl"])
    scheme = "https" if address.scheme == "wss" else "http"
    request = urllib.request.Request(
        f"{scheme}://{address.netloc}/api/v1/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"authorization": f"Bearer {os.environ['jwt']}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def check_title(given):
    title = re.sub(r"\s+", " ", str("" if given is None else given).strip())
    title = re.sub(r"^(.+), The$", r"The \1", title)
    if title == "":
        raise Business("missing title", "Title")
    return title


def check_date(given):
    try:
        day = datetime.strptime(given, "%b %d %Y").strftime("%Y-%m-%d")
    except (TypeError, ValueError):
        day = ""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Business("impossible date", f"Release Date: {given}")
    return day


def ask_rate(film, year, attempt):
    if film % 10 == 0 and attempt == 1:
        raise RateService("the rate service is not available")
    return 1.03 ** (2010 - year)


def enrich(item):
    number, record = item["payload"]["number"], item["payload"]["record"]
    released_on = check_date(record["Release Date"])
    year = int(released_on[:4])
    film = {
        "number": number,
        "title": check_title(record["Title"]),
        "releasedOn": released_on,
        "year": year,
        "grossDollars": record["Worldwide Gross"] or None,
        "genre": record["Major Genre"],
        "director": record["Director"],
        "score": record["IMDB Rating"],
    }
    rate = ask_rate(number, year, item["attempts"] + 1)
    gross = film["grossDollars"]
    return {**film, "grossDollars2010": gross and int(gross * rate + 0.5)}


def store(item):
    film = item["payload"]
    document = {"_type": "film", "name": film["title"], **film}
    api("POST", "collections/films/insert-or-update", {"document": document, "uniqueFields": ["number"]})
    return film


def outcome_of(item, work):
    end = {"id": item["id"], "leaseNumber": item["leaseNumber"]}
    try:
        return {**end, "state": "successful", "payload": work(item)}
    except Business as error:
        failure = {"kind": "business", "message": str(error), "source": error.source}
    except RateService as error:
        failure = {"kind": "application", "message": str(error)}
    return {**end, "state": "failed", "error": failure}


def work_off(pool, queue, work):
    """Claims once and works on what it got; answers how much that was."""
    claimed = api("POST", f"queues/{queue}/claims", {"count": ITEMS_PER_CLAIM, "worker": "python"})["items"]
    if claimed:
        ends = list(pool.map(lambda item: outcome_of(item, work), claimed))
        api("POST", "items/finish", {"items": ends})
    return len(claimed)


def is_empty(queue):
    counts = api("GET", f"queues/{queue}/stats")["counts"]
    return counts["new"] + counts["processing"] + counts["retry"] == 0


def main():
    done = {"films": 0, "films-enriched": 0}
    with ThreadPoolExecutor(THREADS) as pool:
        while True:
            worked = [work_off(pool, "films", enrich), work_off(pool, "films-enriched", store)]
            done["films"] += worked[0]
            done["films-enriched"] += worked[1]
            if sum(worked) == 0 and all(is_empty(queue) for queue in done):
                break
    print(f"films: {json.dumps(done)}", flush=True)


if __name__ == "__main__":
    main()
