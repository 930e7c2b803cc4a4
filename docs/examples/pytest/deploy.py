"""The code under test: it deploys a pack and waits for it."""

import time


class DeploymentFailed(Exception):
    pass


def deploy(config, name, template, sleep=time.sleep):
    """`config` is boto3's client."""
    config.put_conformance_pack(ConformancePackName=name, TemplateBody=template)
    for _ in range(60):  # five minutes
        answer = config.describe_conformance_pack_status(ConformancePackNames=[name])
        [status] = answer["ConformancePackStatusDetails"]
        if status["ConformancePackState"] == "CREATE_COMPLETE":
            return status["ConformancePackArn"]
        if status["ConformancePackState"] != "CREATE_IN_PROGRESS":
            raise DeploymentFailed(status.get("ConformancePackStatusReason", status["ConformancePackState"]))
        sleep(5)
    raise TimeoutError(f"{name} is still being created")
