"""A certificate for tests on loopback: self-signed, for relay.test, localhost and 127.0.0.1.

It opens nothing anywhere: no program trusts it but a test that loads it.
"""

from typing import Final

HOST: Final = "relay.test"
# SHA-256 of the SubjectPublicKeyInfo, base64url, as `openssl dgst` gives it.
PIN: Final = "QwFozjB7euNDpkwQyR5J8ZW5xrZVb-dINLkup6J5dSE"
CERTIFICATE: Final = """\
-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApyZWxheS50
ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD
DApyZWxheS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEutj4fdqEWbJb
1ZvnsP6aDx6DWQ0pNWillYQN133kraVSxcH7uGUXpVDQm9wkpwr672fjMktykbHX
61HomijwpaNaMFgwJgYDVR0RBB8wHYIKcmVsYXkudGVzdIIJbG9jYWxob3N0hwR/
AAABMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFPmQvjkUiY8MMS1Qu0EglO2F
4wVqMAoGCCqGSM49BAMCA0gAMEUCIQDXYrMJ/1Pe0Y75BDEhJ2bZHDdeqTjYQpcp
Wpk54/5SOQIgOxNGm03kanLzPH7sa5W/0yITnW4w2BkM6B4jWlEpavg=
-----END CERTIFICATE-----
"""
PRIVATE_KEY: Final = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR6soqNyzhr9/RajJ
X1gTqizzoGgr8HVEj3wsM3xhmYehRANCAAS62Ph92oRZslvVm+ew/poPHoNZDSk1
aKWVhA3XfeStpVLFwfu4ZRelUNCb3CSnCvrvZ+MyS3KRsdfrUeiaKPCl
-----END PRIVATE KEY-----
"""
