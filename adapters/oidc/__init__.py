"""OpenID Connect: a provider that says who somebody is. Who they are *here* is decided here.

configuration -> http -> provider (what it publishes, its keys) -> signed (a token, checked) -> flow (signing in and
out) -> claims (what they grant) -> recognition (which account). `doorman` is what the API and the pages ask.
"""
