"""An engine in a virtual machine, so far as that can be had without one."""

from __future__ import annotations

from typing import Final

ELSEWHERE: Final = """\
#!/bin/sh
# podman as it is where its engine is in a virtual machine, so far as that can be had without one
case "$1" in
  info) podman "$@" | sed 's/"serviceIsRemote": *false/"serviceIsRemote": true/' ;;
  run) shift; exec podman run --network host --add-host host.containers.internal:127.0.0.1 "$@" ;;
  *) exec podman "$@" ;;
esac
"""
