"""Answers 204 to webhooks on PORT that WEBHOOK_KEY verifies, and 401 to all others."""

import base64
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

TOLERANCE_SECONDS = 300


def verifies(key, body, headers):
    if key.startswith("whpk_"):
        return verifies_ed25519(key, body, headers)
    return verifies_hmac(key, body, headers)


def verifies_hmac(secret, body, headers):
    """A secret, whsec_…: by the published library."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
        return True
    except (WebhookVerificationError, ValueError):
        return False


def verifies_ed25519(public_key, body, headers):
    """A public key, whpk_…: the published library knows no v1a."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    for signature in headers.get("webhook-signature", "").split(" "):
        version, _, value = signature.partition(",")
        if version == "v1a":
            try:
                key.verify(base64.b64decode(value), signed)
                return True
            except (InvalidSignature, ValueError):
                pass
    return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        known = verifies(os.environ["WEBHOOK_KEY"], body, self.headers)
        self.send_response(204 if known else 401)
        self.end_headers()

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
