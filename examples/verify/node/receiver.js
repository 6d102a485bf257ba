// Answers 204 to webhooks on PORT that WEBHOOK_KEY verifies, and 401 to all others.
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const TOLERANCE_SECONDS = 300;

function verifies(key, body, headers) {
  return key.startsWith("whpk_")
    ? verifiesEd25519(key, body, headers)
    : verifiesHmac(key, body, headers);
}

/** A secret, whsec_…: by the published library. */
function verifiesHmac(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** A public key, whpk_…: by Node's own crypto, as the published library knows no v1a. */
function verifiesEd25519(publicKey, body, headers) {
  const bytes = Buffer.from(publicKey.slice("whpk_".length), "base64");
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") },
    format: "jwk",
  });
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
    return false;
  }
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const [version, value] = signature.split(",");
    return version === "v1a" && verify(null, signed, key, Buffer.from(value ?? "", "base64"));
  });
}

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  const known = verifies(process.env.WEBHOOK_KEY, Buffer.concat(parts), request.headers);
  response.writeHead(known ? 204 : 401).end();
}).listen(Number(process.env.PORT), "127.0.0.1");
