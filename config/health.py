"""Ask the API of this container whether it lives: ``python -m config.health``, exit code 0 when it does."""

import http.client
import sys
from http import HTTPStatus

from config import env

TIMEOUT_SECONDS = 4.0


def main() -> int:
    """The Host header is one that ALLOWED_HOSTS permits, whatever address is asked."""
    allowed = env.words("ALLOWED_HOSTS", "localhost")[0]
    host = "localhost" if allowed == "*" else allowed.removeprefix(".")
    connection = http.client.HTTPConnection("127.0.0.1", env.number("PORT", 8000), timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        status = connection.getresponse().status
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.close()
    return int(status != HTTPStatus.OK)


if __name__ == "__main__":
    sys.exit(main())
