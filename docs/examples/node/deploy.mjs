// The code under test: it deploys a pack and waits for it.
import { DescribeConformancePackStatusCommand, PutConformancePackCommand } from "@aws-sdk/client-config-service";

const realSleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export async function deploy(config, name, template, sleep = realSleep) {
  await config.send(new PutConformancePackCommand({ ConformancePackName: name, TemplateBody: template }));
  for (let poll = 0; poll < 60; poll++) {
    const answer = await config.send(new DescribeConformancePackStatusCommand({ ConformancePackNames: [name] }));
    const [status] = answer.ConformancePackStatusDetails;
    if (status.ConformancePackState === "CREATE_COMPLETE") return status.ConformancePackArn;
    if (status.ConformancePackState !== "CREATE_IN_PROGRESS") throw new Error(status.ConformancePackStatusReason);
    await sleep(5);
  }
  throw new Error(`${name} is still being created`);
}
