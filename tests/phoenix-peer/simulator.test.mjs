import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { Socket } from "phoenix";
import WebSocket from "ws";

const ROOM = "room:v1:whats_app:auth:8143";
const PATIENCE_MS = 10_000;

const binary = process.env.JETAPI_SIMULATOR;
assert.ok(binary, "JETAPI_SIMULATOR must name the built simulator");

let simulator;
let address;
const sockets = new Set();

before(async () => {
  const pace = ["--push-every-ms", "10", "--preparing-ms", "30"];
  simulator = spawn(binary, ["--listen", "127.0.0.1:0", "--refs", "string", ...pace], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: simulator.stdout }), "line");
  address = line.match(/^simulator listening on http:\/\/(\S+)$/)?.[1];
  assert.ok(address, `unexpected greeting: ${line}`);
});

after(async () => {
  const exit = once(simulator, "exit");
  simulator.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
});

beforeEach(() => control({ do: "reset" }));

afterEach(async () => {
  await Promise.all([...sockets].map((socket) => new Promise((done) => socket.disconnect(done))));
  sockets.clear();
  await stateWhere((state) => state.sockets === 0);
});

async function control(instruction) {
  const response = await fetch(`http://${address}/__sim/whatsapp`, {
    method: "POST",
    body: JSON.stringify(instruction),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

async function state() {
  return (await fetch(`http://${address}/__sim/whatsapp`)).json();
}

async function stateWhere(expected) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const now = await state();
    if (expected(now)) return now;
    assert.ok(Date.now() < deadline, `never as expected: ${JSON.stringify(now)}`);
  }
}

function connect(options = {}) {
  const socket = new Socket(`ws://${address}/whatsapp/socket`, {
    transport: WebSocket,
    params: { token: "sim-client-token" },
    // The schedules of a browser, at a test's pace.
    reconnectAfterMs: () => 20,
    rejoinAfterMs: () => 20,
    ...options,
  });
  sockets.add(socket);
  socket.connect();
  return socket;
}

/** What a callback is given, one call after the other, to be awaited. */
function calls(subscribe) {
  const pending = [];
  const waiting = [];
  subscribe((value) => {
    const resolve = waiting.shift();
    if (resolve) resolve(value);
    else pending.push(value);
  });
  return {
    pending,
    async next() {
      if (pending.length > 0) return pending.shift();
      let timer;
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("nothing came")), PATIENCE_MS);
      });
      try {
        return await Promise.race([new Promise((resolve) => waiting.push(resolve)), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async nextWhere(expected) {
      for (;;) {
        const value = await this.next();
        if (expected(value)) return value;
      }
    },
  };
}

/** "ok", "error" or "timeout", with the response. */
function outcome(push) {
  return new Promise((resolve) => {
    for (const status of ["ok", "error", "timeout"]) {
      push.receive(status, (response) => resolve([status, response]));
    }
  });
}

function room(socket) {
  const channel = socket.channel(ROOM, {});
  const states = calls((call) => channel.on("auth_state", call));
  return { channel, states };
}

const isCode = (payload) => payload.auth === false && typeof payload.qr_code === "string";

describe("npm's phoenix", () => {
  test("joins and gets the pushes, from preparing to connected", async () => {
    const { channel, states } = room(connect());
    assert.deepEqual(await outcome(channel.join()), ["ok", {}]);
    assert.equal(channel.state, "joined");
    assert.deepEqual(await states.next(), { auth: false, qr_code: null });
    const { qr_code } = await states.nextWhere(isCode);
    assert.equal(qr_code, (await state()).qr_code);
    await control({ do: "scan" });
    assert.deepEqual(await states.nextWhere((payload) => payload.auth), { auth: true });
  });

  test("is refused another customer's room", async () => {
    const channel = connect().channel("room:v1:whats_app:auth:77", {});
    assert.deepEqual(await outcome(channel.join()), ["error", { reason: "unauthorized" }]);
    channel.leave();
  });

  test("is told that a topic is unmatched, with no join_ref", async () => {
    const socket = connect();
    const messages = calls((call) => socket.onMessage(call));
    socket.channel("room:v1:telegram:auth", {}).join();
    const { join_ref, payload } = await messages.nextWhere(({ event }) => event === "phx_reply");
    assert.equal(join_ref, null);
    assert.deepEqual(payload, { status: "error", response: { reason: "unmatched topic" } });
  });

  test("leaves", async () => {
    const { channel, states } = room(connect());
    await outcome(channel.join());
    await states.next();
    assert.equal((await outcome(channel.leave()))[0], "ok");
    assert.equal(channel.state, "closed");
    await stateWhere((now) => now.joined === 0);
    const { frames_in } = await state();
    assert.equal(frames_in.at(-1)[3], "phx_leave");
  });

  test("survives a duplicate join: the old channel's close reaches nobody", async () => {
    const socket = connect();
    const first = room(socket);
    await outcome(first.channel.join());
    await first.states.nextWhere(isCode);
    const messages = calls((call) => socket.onMessage(call));
    // A join behind the client's back, as another channel object of the same topic would send it.
    const ref = socket.makeRef();
    socket.push({ topic: ROOM, event: "phx_join", payload: {}, ref, join_ref: ref });
    const reply = await messages.nextWhere(({ event }) => event === "phx_reply");
    assert.deepEqual([reply.join_ref, reply.ref, reply.payload.status], [ref, ref, "ok"]);
    const close = await messages.next();
    assert.deepEqual([close.event, close.join_ref], ["phx_close", first.channel.joinRef()]);
    assert.equal((await messages.nextWhere(({ event }) => event === "auth_state")).join_ref, ref);
  });

  test("takes the newer of two channels of one topic", async () => {
    const socket = connect();
    const first = room(socket);
    await outcome(first.channel.join());
    const second = room(socket);
    assert.equal((await outcome(second.channel.join()))[0], "ok");
    await second.states.nextWhere(isCode);
    assert.equal(first.channel.state, "closed");
    assert.equal((await state()).joined, 1);
  });

  test("rejoins after a crash", async () => {
    const { channel, states } = room(connect());
    const errors = calls((call) => channel.onError(call));
    await outcome(channel.join());
    await states.nextWhere(isCode);
    await control({ do: "crash" });
    await errors.next();
    states.pending.length = 0;
    await states.nextWhere(isCode);
    assert.equal(channel.state, "joined");
    assert.equal((await state()).joins_total, 2);
  });

  test("goes on rejoining while joins crash", async () => {
    const { channel, states } = room(connect());
    await outcome(channel.join());
    await control({ do: "crash", ms: 400 });
    states.pending.length = 0;
    await states.nextWhere(isCode);
    const joins = (await state()).frames_in.filter(([, , , event]) => event === "phx_join");
    assert.ok(joins.length > 2, JSON.stringify(joins));
  });

  test("reconnects and rejoins after a drop", async () => {
    const socket = connect();
    const closes = calls((call) => socket.onClose(call));
    const { channel, states } = room(socket);
    await outcome(channel.join());
    await states.nextWhere(isCode);
    await control({ do: "drop" });
    assert.equal((await closes.next()).code, 1006);
    states.pending.length = 0;
    await states.nextWhere(isCode);
    assert.equal((await state()).connects_total, 2);
  });

  test("heartbeats, and hears the answers", async () => {
    const socket = connect({ heartbeatIntervalMs: 200 });
    const messages = calls((call) => socket.onMessage(call));
    // The second is sent only because the first one's answer was taken for one.
    for (const _ of [1, 2, 3]) {
      const { join_ref, event, payload } = await messages.nextWhere(({ topic }) => topic === "phoenix");
      assert.deepEqual([join_ref, event, payload], [null, "phx_reply", { status: "ok", response: {} }]);
    }
    const { frames_in, connects_total } = await state();
    assert.equal(connects_total, 1);
    const [join_ref, ref, topic, event, payload] = frames_in.at(-1);
    assert.deepEqual([join_ref, typeof ref, topic, event, payload], [null, "string", "phoenix", "heartbeat", {}]);
  });

  test("gives a silent server up, and comes back when it speaks", async () => {
    const socket = connect({ heartbeatIntervalMs: 150 });
    const closes = calls((call) => socket.onClose(call));
    const { channel, states } = room(socket);
    await outcome(channel.join());
    await control({ do: "silent" });
    await closes.next();
    await control({ do: "reset" });
    states.pending.length = 0;
    await states.nextWhere(isCode);
  });

  test("is refused with a wrong token", async () => {
    const socket = connect({ params: { token: "wrong" } });
    const errors = calls((call) => socket.onError(call));
    const error = await errors.next();
    assert.match(error.message, /403/);
    assert.equal((await state()).connects_total, 0);
  });
});
