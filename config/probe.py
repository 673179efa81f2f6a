"""Says by its exit status whether the web server of this machine serves: the health check of the container image.

Run as a script: `python config/probe.py [PORT]`. Plain Python without imports from the project, because it runs every few seconds.
"""

import http.client
import os
import sys


def main(port):
    """0 if `/healthz/live` answers 200 within five seconds, else 1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    # asked under a name that ALLOWED_HOSTS knows; 127.0.0.1 need not be one
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    try:
        connection.request("GET", "/healthz/live", headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
