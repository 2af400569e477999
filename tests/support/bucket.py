"""A server of S3 on 127.0.0.1, in this process: moto's, on a port that was free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import boto3
from moto.core.authorization import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

from onealarm.stores.bucket import BucketKeys
from onealarm.stores.settings import Bucket

REGION: Final = "eu-central-1"
KEYS: Final = BucketKeys("AKIAEXAMPLE", "a secret of the tests")


@dataclass(frozen=True, slots=True)
class BucketServer:
    """``url`` is its endpoint. It lets everybody in unless it is told to be strict."""

    url: str

    def make(self, name: str) -> Bucket:
        """An empty bucket, as the providers' file would name it."""
        self._client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return self.named(name)

    def named(self, name: str, *, prefix: str | None = None) -> Bucket:
        """A bucket that may not be there."""
        return Bucket.model_validate(
            {"kind": "s3", "bucket": name, "endpoint": self.url, "region": REGION, "prefix": prefix, "timeout": 5}
        )

    def object_names(self, bucket: str) -> list[str]:
        found = self._client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
        return sorted(one["Key"] for one in found)

    def allow_nobody_but(self, name: str) -> BucketKeys:
        """A user with all rights on S3."""
        iam = self._client("iam")
        iam.create_user(UserName=name)
        policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=policy)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return BucketKeys(made["AccessKeyId"], made["SecretAccessKey"])

    def _client(self, service: str) -> boto3.client:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEYS.key_id,
            aws_secret_access_key=KEYS.secret,
        )


@contextmanager
def bucket_server() -> Iterator[BucketServer]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield BucketServer(f"http://{host}:{port}")
    finally:
        server.stop()


@contextmanager
def strict() -> Iterator[None]:
    """While this lasts, keys and rights are looked at."""
    from moto import settings

    before, settings.INITIAL_NO_AUTH_ACTION_COUNT = settings.INITIAL_NO_AUTH_ACTION_COUNT, 0
    counted, ActionAuthenticatorMixin.request_count = ActionAuthenticatorMixin.request_count, 0
    try:
        yield
    finally:
        settings.INITIAL_NO_AUTH_ACTION_COUNT = before
        ActionAuthenticatorMixin.request_count = counted
