"""A resource server in Python that knows the standards and nothing of ours: Authlib verifies token and status."""

import base64
import json
import sys
import zlib

import requests
from authlib.jose import JsonWebKey, JsonWebToken

ask = json.load(sys.stdin)
issuer, audience, token = ask["issuer"], ask["audience"], ask["token"]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=10).json()
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())


def verified(text, typ, **options):
    exact = {name: {"essential": True, "value": value} for name, value in options.items()}
    claims = JsonWebToken(["ES256"]).decode(text, keys, claims_options={**exact, "exp": {"essential": True}})
    assert claims.header["typ"] == typ, f"typ {claims.header['typ']}"
    claims.validate()
    return claims


claims = verified(token, "at+jwt", iss=issuer, aud=audience)
place = claims["status"]["status_list"]
answer = requests.get(place["uri"], timeout=10)
assert answer.headers["content-type"] == "application/statuslist+jwt"
status_list = verified(answer.text, "statuslist+jwt", sub=place["uri"])["status_list"]
lst = status_list["lst"]
octets = zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
bits = status_list["bits"]
at = place["idx"] * bits
status = octets[at // 8] >> at % 8 & (1 << bits) - 1
print(json.dumps({"sub": claims["sub"], "act": claims["act"]["sub"], "scope": claims["scope"], "status": status}))
