"""What container CLIs heed in their environment: docker, podman, finch, and what those are made of."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from s3ecs.errors import UsageError
from s3ecs.image import docker_config

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_THE_ENGINE = """
    CONTAINERD_ADDRESS CONTAINERD_NAMESPACE CONTAINERS_CONF CONTAINERS_CONF_OVERRIDE CONTAINERS_GRAPHROOT
    CONTAINERS_RUNROOT CONTAINERS_SSH_CONF CONTAINERS_STORAGE_CONF CONTAINER_CONNECTION CONTAINER_HOST CONTAINER_SSHKEY
    DOCKER_API_VERSION DOCKER_CERT_PATH DOCKER_CONFIG DOCKER_CONTEXT DOCKER_HOST DOCKER_TLS DOCKER_TLS_VERIFY HOME
    LIMA_HOME NERDCTL_TOML PODMAN_CONNECTIONS_CONF STORAGE_DRIVER STORAGE_OPTS XDG_CONFIG_HOME XDG_DATA_HOME
    XDG_RUNTIME_DIR
"""
_OTHERS = """
    ALL_PROXY AWS_CONFIG_FILE CNI_PATH COLUMNS CONTAINERD_SNAPSHOTTER CONTAINERS_HELPER_BINARY_DIR
    CONTAINERS_REGISTRIES_CONF CONTAINERS_SHORT_NAME_ALIASING CONTAINER_PASSPHRASE CONTAINER_PROXY
    DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS DOCKER_AUTH_CONFIG DOCKER_BUILDKIT DOCKER_CONTENT_TRUST
    DOCKER_CONTENT_TRUST_SERVER DOCKER_CUSTOM_HEADERS DOCKER_DEFAULT_PLATFORM DOCKER_HIDE_LEGACY_COMMANDS FTP_PROXY
    GLIBC_TUNABLES GOCOVERDIR GODEBUG GOGC GOLANG_PROTOBUF_REGISTRATION_CONFLICT GOMAXPROCS GOMEMLIMIT GORACE
    GOTRACEBACK HOSTALIASES HTTPS_PROXY HTTP_PROXY LD_AUDIT LD_BIND_NOT LD_BIND_NOW LD_DEBUG LD_DEBUG_OUTPUT
    LD_DYNAMIC_WEAK LD_HWCAP_MASK LD_LIBRARY_PATH LD_ORIGIN_PATH LD_POINTER_GUARD LD_PRELOAD LD_PROFILE
    LD_PROFILE_OUTPUT LD_SHOW_AUXV LD_TRACE_LOADED_OBJECTS LD_VERBOSE LD_WARN LIMACTL LIMA_INSTANCE LIMA_SHELL
    LIMA_SSH_PORT_FORWARDER LIMA_WORKDIR LISTEN_FDNAMES LISTEN_FDS LISTEN_PID LISTEN_PIDFDID LOCALDOMAIN LOGNAME
    MOBY_DISABLE_PIGZ NERDCTL_HOST_GATEWAY_IP NETAVARK_FW NOTIFY_SOCKET NO_COLOR NO_PROXY PATH
    PODMAN_IGNORE_CGROUPSV1_WARNING PODMAN_USERNS REGISTRIES_CONFIG_PATH REGISTRY_AUTH_FILE RES_OPTIONS SHELL
    SSH_ASKPASS SSH_AUTH_SOCK SSL_CERT_DIR SSL_CERT_FILE TERM TMPDIR TZ USER XDG_CACHE_HOME XDG_CONFIG_DIRS
    XDG_DATA_DIRS XDG_SESSION_ID XDG_STATE_HOME
"""

ENGINE: Final = frozenset(_OF_THE_ENGINE.split())
"""Which engine is spoken to, and where it keeps its images."""

NAMES: Final = ENGINE | frozenset(_OTHERS.split())
"""All of them, in capitals; of a proxy small letters are heeded too."""

_BEGINNINGS: Final = ("DOCKER_CLI_", "DYLD_", "OTEL_", "_CONTAINERS_", "_OCI_", "_PODMAN_")


def said_of_the_engine() -> dict[str, str]:
    """What of this process's environment says which engine is spoken to, for another process that shall speak to it.

    docker's context is among it also where its configuration alone says which is in use: that may change meanwhile.
    """
    said = {name: value for name in sorted(ENGINE) if (value := os.environ.get(name))}
    if not said.keys() & {"DOCKER_HOST", "DOCKER_CONTEXT"}:
        with suppress(UsageError):  # no home, no configuration
            said["DOCKER_CONTEXT"] = docker_config.read().get("currentContext") or "default"
    return said


def speaking_to(said: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with what ``said`` says of the engine, and nothing of its own about it."""
    return {name: value for name, value in os.environ.items() if name not in ENGINE} | dict(said)


def heeds(name: str) -> bool:
    """Whether a CLI may take the variable as one for itself."""
    return name.upper() in NAMES or name.upper().startswith(_BEGINNINGS)
