// awsconfig-mock for JavaScript's tests: a server for each test file, an account for each test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ConfigServiceClient } from "@aws-sdk/client-config-service";

/** Starts `awsconfig-mock` on PATH, or what AWSCONFIG_MOCK names, with its clock standing still. */
export async function startMock() {
  const program = process.env.AWSCONFIG_MOCK ?? "awsconfig-mock";
  const server = spawn(program, ["--port", "0", "--clock", "2026-01-01T00:00:00Z"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [ready] = await once(createInterface(server.stdout), "line"); // ready http://127.0.0.1:PORT
  const url = ready.split(" ")[1];
  let accounts = 111100000000;
  return {
    account: () => new Account(url, String(accounts++)),
    stop: async () => {
      server.kill();
      await once(server, "exit");
    },
  };
}

/** The server, as one account sees it. */
class Account {
  constructor(url, account) {
    this.url = url;
    this.account = account;
    this.client = new ConfigServiceClient({
      endpoint: url,
      region: "us-east-1",
      credentials: { accessKeyId: account, secretAccessKey: "any" }, // 12 digits are the account
    });
  }

  async control(method, path, body) {
    const reply = await fetch(`${this.url}/_mock${path}`, { method, body: body && JSON.stringify(body) });
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  }

  add = (fixture) => this.control("POST", `/state?account=${this.account}`, fixture);
  fault = (fault) => this.control("POST", "/faults", { account: this.account, ...fault });
  sleep = (seconds) => this.control("POST", "/clock/advance", { seconds });
  requests = async (operation) =>
    (await this.control("GET", `/requests?account=${this.account}&operation=${operation}`)).requests;
}
