"""The link laboratory: real TCP and TLS over an emulated link, measured. See README.md."""
