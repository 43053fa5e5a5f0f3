"""What helps a user whose call failed, in words that several errors share."""

from __future__ import annotations

from typing import Final

SIGN_IN: Final = "sign in anew: aws sso login, aws login, or fresh keys in your profile"
CREDENTIALS: Final = "set AWS_PROFILE, or run the same command with --local to try it without an account"
REGION: Final = "set AWS_REGION, or region: in the spec"
ENDPOINT: Final = "look at AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and at ~/.aws/config"
SETTING: Final = "mend the line in ~/.aws/config that says it"
ENVIRONMENT: Final = "look at AWS_ENDPOINT_URL and the other AWS_ variables, and at ~/.aws/config"
ON_AGAIN: Final = "run the command again; it goes on from what is there"
NOT_AWS: Final = "sign in to the network, where it asks for that in a browser; check HTTPS_PROXY and AWS_ENDPOINT_URL"
BUSY: Final = "wait a minute and run the command again"
ROOM: Final = "see which one with s3ecs validate --online; ask AWS for more, or make room"
LEAVE: Final = "ask for the permission that the message names; s3ecs permissions prints all that the spec needs"
