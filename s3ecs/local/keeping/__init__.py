"""What the embedded AWS keeps on disk, so that it survives a restart and a kill.

``stacks``, ``journal``, ``ledger`` and ``store`` are files and know nothing of moto; ``objects`` and ``runs`` are the
way between those files and moto's memory; ``changes`` keeps what a request changed, ``revival`` brings everything back.
"""
