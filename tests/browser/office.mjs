// A running office for the walks: started from the binary on a free port, in a folder that goes with it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const PASSWORD = "kata sandi uji coba";
const SECONDS_TO_START = 120;

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Settings of the test run are not meant for the office. */
function environment() {
  const isSetting = (name) => name.startsWith("LOKET_") || name.startsWith("ROCKET_") || name === "DATABASE_URL";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}

async function isUp(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** Starts `loket demo` and waits until it answers. */
export async function startOffice(binary) {
  const folder = mkdtempSync(join(tmpdir(), "loket-browser-"));
  const port = await freePort();
  const args = ["demo", "--data-dir", folder, "--password", PASSWORD, "--port", String(port)];
  const server = spawn(binary, args, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  server.stdout.on("data", (part) => (output += part));
  server.stderr.on("data", (part) => (output += part));
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await isUp(url)); tries += 1) {
    if (server.exitCode !== null || tries > SECONDS_TO_START * 5) {
      server.kill("SIGKILL");
      throw new Error(`the office did not start:\n${output}`);
    }
    await wait(200);
  }
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return new Office(url, folder, stop);
}

/** An office that already runs, such as one a developer looks at. */
export function runningOffice(url, folder) {
  return new Office(url, folder, async () => {});
}

class Office {
  constructor(url, folder, stop) {
    this.url = url;
    this.folder = folder;
    this.password = PASSWORD;
    this.stop = stop;
    this.tokens = new Map();
  }

  /** The API as a member of staff, or as a visitor when no name is given: `(method, path, body) => {status, body}`. */
  async api(username) {
    const token = username && (this.tokens.get(username) ?? (await this.signIn(username)));
    return (method, path, body) => this.call(method, path, body, token);
  }

  async signIn(username) {
    const answer = await this.call("POST", "/session", { username, password: this.password });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${JSON.stringify(answer.body)}`);
    this.tokens.set(username, answer.body.access_token);
    return answer.body.access_token;
  }

  async call(method, path, body, token) {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: text });
    const answer = await response.text();
    return { status: response.status, body: answer ? JSON.parse(answer) : null };
  }
}
