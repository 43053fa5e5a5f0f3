"""Engines that cannot be had here, so far as podman can stand in for them."""

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
FINCH: Final = """\
#!/bin/sh
# podman as finch, whose containers have no OOMKilled and whose older versions no StartedAt, for JSON or for a template
case "$1" in
  inspect) [ "$2" != --format ] && podman "$@" | sed '/"OOMKilled"/d; /"StartedAt"/d' ;;
  *) exec podman "$@" ;;
esac
"""
