"""The embedded AWS behind ``--local``: moto's server plus what moto lacks, in a background process.

``home``, ``programs``, ``processes`` and ``control`` import no moto: through them a command finds, starts and stops the
server. Everything else runs inside the server, and only ``seams`` replaces parts of moto.
"""
