"""Redis -> what was remembered, if it answers.  A cache that is down, frozen or full costs a miss, never a page."""

import logging
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class KeptClient(RedisCacheClient):
    """Keeps its one client.  Django's makes a new one for every call, which costs more than the call."""

    @cached_property
    def _kept(self) -> Redis:
        return super().get_client()

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return self._kept


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; when Redis fails, reads miss and writes are dropped, with a warning in the log."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def _forgive(self, error: Exception, otherwise: object) -> object:
        logger.warning("The cache did not answer: %s", type(error).__name__)
        return otherwise

    def get(self, key, default=None, version=None):
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as error:
            return self._forgive(error, default)

    def get_many(self, keys, version=None):
        try:
            return super().get_many(keys, version)
        except (RedisError, OSError) as error:
            return self._forgive(error, {})

    def set(self, *args, **kwargs):
        try:
            super().set(*args, **kwargs)
        except (RedisError, OSError) as error:
            self._forgive(error, None)

    def add(self, *args, **kwargs):
        """Whoever waits for a lock gets it: what it guards is not remembered either."""
        try:
            return super().add(*args, **kwargs)
        except (RedisError, OSError) as error:
            return self._forgive(error, True)

    def delete(self, *args, **kwargs):
        try:
            return super().delete(*args, **kwargs)
        except (RedisError, OSError) as error:
            return self._forgive(error, False)

    def delete_many(self, keys, version=None):
        try:
            super().delete_many(keys, version)
        except (RedisError, OSError) as error:
            self._forgive(error, None)
