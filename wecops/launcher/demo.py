"""A data folder -> the whole portal running on this machine, proven from clock to database before it is announced."""

import json
import math
import re
import time
from pathlib import Path

from wecops.launcher import services, web
from wecops.launcher.environment import Environment
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import ROOT, Refusal
from wecops.launcher.processes import Child, Family, Job
from wecops.launcher.progress import Say

SEED_SECONDS = 300
START_SECONDS = 60
PRACTICE_SECONDS = 90
PRACTICE_TWEETS = 100
WATCH_SECONDS = 0.5
ASK_SECONDS = 0.2  # a web server that has to answer all the time leaves no time to the worker
# Building a transcript may ask the database longer than a page may.
PATIENT = {"STATEMENT_TIMEOUT_SECONDS": "60"}
PAGES = ("/", "/chats/archive/", "/about/")
# The account is what the machine offers; on a demo of invented content the warning only hides real ones.
SILENCED = "ignore:You're running the worker with superuser privileges"
# The live chat is over in six minutes.  What else the demo holds, its X has never heard of: nothing may be asked again.
LIVE = {"X_BEARER_TOKEN": "simulated", "CAPTURE_TIME_SCALE": "6", "RECHECKS_A_DAY": "0"}
SISTER = "wekeepers.localhost"  # where the second community is
CLIENT = "demo"  # at the simulated X: its id and its secret
CALLBACK = "/accounts/twitter_oauth2/login/callback/"
TWEET = re.compile(r'\bid="t\d+"')


class Demo:
    """One run of the portal, or of as much of it as is asked for."""

    def __init__(self, family: Family, folder: DataFolder, *, environment: Environment, say: Say):
        self._family = family
        self._folder = folder
        self._python = environment.python
        self._site_packages = environment.site_packages
        self._say = say

    def start(self, port: int | None, *, chats: int | None = None) -> None:
        """Bring everything up, in the order in which it is needed; with the newest ``chats`` of the archive, or all."""
        with web.reserve(port) as listener:
            self.port = listener.getsockname()[1]
            if port is None and self.port != web.FIRST_PORT:
                self._say(f"Port {web.FIRST_PORT} is taken: using {self.port}")
            self.start_servers(self.port)
            self.seed(chats)
            self._start_x()
            server = self._start_web(listener.fileno())
        started = time.monotonic()
        worker = self._start_worker()
        server.wait_until(lambda: self._status("/healthz") == 200, seconds=START_SECONDS, what="it answered")
        self._say("The web server answers")
        worker.wait_until(
            lambda: self._age_of_tick() < time.monotonic() - started,  # one of an earlier run proves nothing
            seconds=START_SECONDS,
            what="a tick reached the database",
            every=ASK_SECONDS,
        )
        self._say("Clock, broker, worker and database work together")

    @property
    def address(self) -> str:
        return f"http://{web.HOST}:{self.port}"

    def start_servers(self, port: int) -> dict[str, str]:
        """The database and what Celery and the cache need; returns the settings by which they are found."""
        self.port = port
        addresses = services.start(self._family, self._folder, site_packages=self._site_packages, say=self._say)
        self._settings = services.settings(addresses, self._folder, site_url=self.address)
        self._environment = services.surroundings(self._settings)
        return self._settings

    def seed(self, chats: int | None = None) -> None:
        """Migrations, the invented content and the static files, in one process: each costs an import of Django."""
        self._say("Making the tables and the demo content ...")
        files = (
            "--welcome",
            self._folder.welcome,
            "--practice",
            self._folder.practice,
            "--tonight",
            self._folder.tonight,
        )
        some = () if chats is None else ("--chats", str(chats))
        child = self._run("seed", "manage.py", "seed_demo", "--migrate", "--collectstatic", *files, *some)
        child.finish(seconds=SEED_SECONDS, what="Making the tables and the demo content")
        self._family.forget(child)
        self._folder.note(self._settings)
        self._say("Tables and demo content are ready")

    def _run(self, name: str, *command: str | Path, pass_fds: tuple[int, ...] = ()) -> Child:
        job = Job(
            f"The {name}",
            [self._python, *command],
            log=self._folder.log(name),
            environment=self._environment if name == "web" else {**self._environment, **PATIENT},
            folder=ROOT,
            pass_fds=pass_fds,
        )
        return self._family.start(job)

    def _start_x(self) -> None:
        """A simulated X, for the live chat and to sign in with.  The real one is asked nothing."""
        starts_at = self._folder.tonight.read_text().strip()
        back = [f"http://{name}:{self.port}{CALLBACK}" for name in (web.HOST, "localhost", SISTER)]
        with web.reserve(0) as chat, web.reserve(0) as door:
            api, entrance = (f"http://{web.HOST}:{each.getsockname()[1]}" for each in (chat, door))
            fds = (chat.fileno(), door.fileno())
            options = ("--fd", str(fds[0]), "--door-fd", str(fds[1]), "--starts", starts_at, "--client", CLIENT)
            ways = [option for address in back for option in ("--back", address)]
            self._run("x", "-m", "tests.simulators.tonight", *options, *ways, pass_fds=fds)
        self._settings |= {
            **LIVE,
            "X_API_URL": api,
            "X_CLIENT_ID": CLIENT,
            "X_CLIENT_SECRET": CLIENT,
            "X_AUTHORIZE_URL": f"{entrance}/i/oauth2/authorize",
            "X_TOKEN_URL": f"{entrance}/2/oauth2/token",
            "X_PROFILE_URL": f"{entrance}/2/users/me",
        }
        self._environment |= self._settings
        self._folder.note(self._settings)

    def _start_web(self, listener: int) -> Child:
        options = f"--bind=fd://{listener} --worker-class=gthread --workers=1 --threads=8 --graceful-timeout=3"
        files = "--no-control-socket --access-logfile=- --error-logfile=-"
        command = ["-m", "gunicorn", "wecops.wsgi:application", *options.split(), *files.split()]
        return self._run("web", *command, pass_fds=(listener,))

    def _start_worker(self) -> Child:
        beat = ("--beat", "--schedule", self._folder.beat_schedule)
        options = "--pool=threads --concurrency=2 --without-gossip --without-mingle --without-heartbeat"
        command = ["-W", SILENCED, "-m", "celery", "-A", "wecops.celery", "worker", "--loglevel=INFO"]
        return self._run("worker", *command, *options.split(), *beat)

    def _age_of_tick(self) -> float:
        """Seconds since the last tick reached the database.  The answer may be 503, and still says it."""
        try:
            age: float | None = json.loads(self._get("/readyz")[1])["tick"]["age"]
        except (ValueError, KeyError, TypeError):
            raise Refusal("/readyz did not say when the last tick was.", log=self._folder.log("web")) from None
        return math.inf if age is None else age

    def _get(self, path: str) -> tuple[int, str]:
        return web.get(self.port, path)

    def _status(self, path: str) -> int:
        return self._get(path)[0]

    def welcome(self) -> str:
        """What to tell the person, the log-ins included."""
        try:
            return self._folder.welcome.read_text().strip()
        except OSError:
            return ""

    def watch(self) -> None:
        """Stay until somebody ends the run; say so when a part of it ends by itself."""
        while (fallen := self._family.fallen()) is None:
            time.sleep(WATCH_SECONDS)
        raise Refusal(f"{fallen.job.name} ended by itself, so the demo stops.", log=fallen.job.log)

    def check(self) -> None:
        """The main pages answer, and the worker has made the practice chat's transcript."""
        for path in PAGES:
            self._expect_page(path)
        self._say(f"Pages answer: {' '.join(PAGES)}")
        transcript = self._practice_path()
        rehearsal = self._run("rehearsal", "manage.py", "rehearse", "--seconds", str(PRACTICE_SECONDS))
        rehearsal.finish(seconds=PRACTICE_SECONDS + START_SECONDS, what="Reading the practice chat's file anew")
        self._family.forget(rehearsal)
        tweets = self._wait_for_transcript(transcript)
        self._say(f"The practice chat was captured by the worker: {tweets} tweets on {transcript}")
        chat = transcript.removesuffix("transcript/")
        if f'href="{chat}' not in self._expect_page("/chats/archive/"):
            raise Refusal(f"The archive page has no link to the practice chat {chat}.", log=self._folder.log("web"))
        self._expect_page(chat)
        self._say(f"The archive leads to it: {chat}")

    def _expect_page(self, path: str) -> str:
        status, text = self._get(path)
        if status != 200:
            said = f"answered {status}" if status else "did not answer"
            raise Refusal(f"The page {path} {said}.", log=self._folder.log("web"))
        return text

    def _practice_path(self) -> str:
        try:
            return self._folder.practice.read_text().strip()
        except OSError:
            raise Refusal("The seed named no practice chat.", log=self._folder.log("seed")) from None

    def _wait_for_transcript(self, path: str) -> int:
        deadline = time.monotonic() + PRACTICE_SECONDS
        while True:
            status, text = self._get(path)
            tweets = len(TWEET.findall(text)) if status == 200 else 0
            if tweets >= PRACTICE_TWEETS:
                return tweets
            if time.monotonic() > deadline:
                sentence = f"{path} answered {status} with {tweets} tweets after {PRACTICE_SECONDS} seconds"
                raise Refusal(f"{sentence} ({PRACTICE_TWEETS} were due).", log=self._folder.log("worker"))
            time.sleep(WATCH_SECONDS)
