import { spawn, spawnSync } from 'node:child_process';

/** What one command of the AWS CLI answered. */
export interface CliAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

// One process for all commands: starting the AWS CLI takes longer than any of its calls here.
const runner = `
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver
driver = create_clidriver()
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    out.buffer = io.BytesIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = driver.main(json.loads(line))
        except SystemExit as ended:
            code = ended.code
    print(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()}), flush=True)
`;

/** True if the AWS CLI is there as a Python package. */
export const hasAwsCli = (): boolean => spawnSync('python3', ['-c', 'import awscli.clidriver']).status === 0;

/** Runs commands of the AWS CLI (each without the leading `aws`) one after the other against an endpoint. */
export const runAwsCli = (
  endpoint: string,
  commands: readonly (readonly string[])[],
  credentials: Readonly<Record<string, string>> = {},
): Promise<readonly CliAnswer[]> =>
  new Promise((resolve, reject) => {
    const child = spawn('python3', ['-c', runner], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: 'AKIACLI',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_DEFAULT_OUTPUT: 'json',
        AWS_MAX_ATTEMPTS: '1',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        ...credentials,
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`the AWS CLI failed: ${err}`));
      else
        resolve(
          out
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as CliAnswer),
        );
    });
    child.stdin.end(commands.map((command) => `${JSON.stringify(command)}\n`).join(''));
  });
