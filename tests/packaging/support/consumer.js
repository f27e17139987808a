// Projects that use the package as npm packs it: made once for what they depend on, and given the package that is under
// test in place of the one before.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'jetapi-widget', 'consumers');

const execute = promisify(execFile);

async function run(folder, program, ...args) {
  try {
    return await execute(program, args, { cwd: folder, maxBuffer: 1 << 26, env: { ...process.env, CI: '1' } });
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} in ${folder}: ${error.stdout}${error.stderr}`);
  }
}

/** Puts the packed package where npm would. */
export async function unpack(into) {
  const tarball = process.env.JETAPI_TARBALL;
  if (!tarball) throw new Error('JETAPI_TARBALL is not set: run these tests with cargo xtask test --only packaging');
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  await run(into, 'tar', '-xzf', tarball, '--strip-components=1');
}

/** A consumer with its dependencies and the package; returns its folder. */
export async function install(name) {
  const source = join(HERE, name);
  const lockFile = join(source, 'package-lock.json');
  const lock = existsSync(lockFile) ? readFileSync(lockFile) : '';
  const folder = join(CACHE, `${name}-${createHash('sha256').update(lock).digest('hex').slice(0, 10)}`);
  const stamp = join(folder, '.installed');
  if (lock && !existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(folder, file));
    await run(folder, 'npm', 'ci', '--no-audit', '--no-fund');
    writeFileSync(stamp, '');
  }
  cpSync(source, folder, { recursive: true });
  await unpack(join(folder, 'node_modules', 'jetapi-widget'));
  for (const made of ['dist', '.next', join('node_modules', '.vite')]) {
    rmSync(join(folder, made), { recursive: true, force: true });
  }
  return folder;
}

/** A consumer that makes files for any web server; returns their folder. */
export async function build(name) {
  const folder = await install(name);
  await run(folder, 'npm', 'run', 'build');
  return join(folder, 'dist');
}

export const script = (folder, file) => run(folder, process.execPath, file);
export const npm = (folder, ...args) => run(folder, 'npm', ...args);

/** A consumer with a server of its own; resolves once that listens. */
export async function serve(folder, ...args) {
  // Its own process group, because npm does not pass a signal on.
  const child = spawn('npm', ['run', ...args], {
    cwd: folder,
    detached: true,
    env: { ...process.env, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const origin = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.push(line);
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
        if (found) resolve(found[0]);
      });
    }
    child.once('exit', () => reject(new Error(log.join('\n'))));
  });
  return { origin, log, stop };
}

/** One origin for a consumer's own server and, at /jetapi, the gateway. */
export async function front(pages, gateway) {
  const target = (url) => new URL(url.startsWith('/jetapi/') ? gateway : pages);
  const headersFor = (to, headers) => ({
    ...headers,
    host: to.host,
    ...(headers.origin && { origin: to.origin }),
  });
  const server = createServer((incoming, outgoing) => {
    const to = target(incoming.url);
    const { method, url, headers } = incoming;
    const asked = request({ host: to.hostname, port: to.port, method, path: url, headers: headersFor(to, headers) });
    asked.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  const sockets = new Set();
  server.on('upgrade', (incoming, socket, head) => {
    const to = target(incoming.url);
    const other = connect(to.port, to.hostname, () => {
      const headers = Object.entries(headersFor(to, incoming.headers)).map(([name, value]) => `${name}: ${value}\r\n`);
      other.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      other.write(head);
      socket.pipe(other).pipe(socket);
    });
    for (const end of [socket, other]) {
      sockets.add(end);
      end.on('error', () => [socket, other].forEach((it) => it.destroy()));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      server.closeAllConnections();
    },
  };
}
