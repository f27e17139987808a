// Measures the widget and its peers in one browser, in turn, so that whatever slows the machine slows them all.
//   node bench/run.mjs --url http://127.0.0.1:8080 --chromium /usr/bin/chromium [--runs 7] [--check]
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    chromium: { type: "string" },
    runs: { type: "string", default: "7" },
    check: { type: "boolean", default: false },
  },
});
const runs = Number(options.runs);
if (!(runs >= 1)) throw new Error("--runs takes a number from 1");

const OURS = "widget";
const REACT = "React";
const PREACT = "Preact";
const TUNED = "tuned React";
const PAGES = [
  // The widget as it ships pauses after some codes that nobody scanned; where more come, it is told not to.
  { name: OURS, first: "/bare.html", endless: "/bench/endless.html" },
  { name: REACT, first: "/bench/react/", endless: "/bench/react/" },
  { name: PREACT, first: "/bench/preact/", endless: "/bench/preact/" },
  // Renders only what changed. The limits below are against React as it is commonly written.
  { name: TUNED, first: "/bench/react-tuned/", endless: "/bench/react-tuned/" },
];

const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 1.6e6 / 8 };
const SLOW_CPU = 4;
const PATIENCE_MS = 60_000;

// Frames before anything is counted: the engine compiles what runs often.
const WARM_UP = 300;
const UNCHANGED = { every_ms: 5, change_every: 0, frames: 1000, per: 1000 };
const CHANGED = { every_ms: 20, change_every: 1, frames: 200, per: 100 };
// An hour of the vendor's rhythm, a frame every 300 ms and a code every 20 s, in a minute or less.
const HOUR = { every_ms: 3, change_every: 67, early: 2000, frames: 12000 };

const TIME_LIMIT = 0.85;
const SCRIPT_LIMIT = 0.25;
// Less than ten bytes for a frame, which is what two collections of the same page differ by.
const GROWTH_LIMIT_KB = 100;

const browser = await chromium.launch({
  executablePath: options.chromium,
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
});
// The vendor's own rhythm, without new codes.
const USUAL = { every_ms: 300, change_every: 0 };
const results = new Map(PAGES.map(({ name }) => [name, new Map()]));

try {
  // The first visit starts the simulated phone link; from then on there is a code at once, and what is measured is
  // the page and not the time that WhatsApp takes.
  await rhythm(USUAL);
  await visit("/bare.html", ({ tab }) => showCode(tab, "/bare.html"));
  for (let run = 0; run < runs; run++) {
    console.error(`run ${run + 1} of ${runs}`);
    for (const page of rotated(run)) {
      await firstCode(page, "first code, ms", "downloaded until then, KB");
    }
    for (const page of rotated(run)) {
      await firstCode(page, "first code on a slow device and line, ms", undefined, slowDown);
    }
    for (const page of rotated(run)) {
      await frames(page, UNCHANGED, "per 1,000 unchanged frames, ms");
    }
    for (const page of rotated(run)) {
      await frames(page, CHANGED, "per 100 changed frames, ms");
    }
  }
  for (const page of PAGES) {
    console.error(`an hour of frames: ${page.name}`);
    await memory(page);
  }
} finally {
  await browser.close();
}
report();

/** Another page goes first in each run. */
function rotated(run) {
  return PAGES.map((_, index) => PAGES[(index + run) % PAGES.length]);
}

async function firstCode(page, timeLabel, bytesLabel, prepare = () => {}) {
  await rhythm(USUAL);
  await visit(page.first, async ({ tab, cdp }) => {
    let bytes = 0;
    cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await prepare(cdp);
    const time = await showCode(tab, page.first);
    record(page, timeLabel, time);
    if (bytesLabel) record(page, bytesLabel, bytes / 1000);
  });
}

async function slowDown(cdp) {
  await cdp.send("Network.emulateNetworkConditions", SLOW_LINE);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOW_CPU });
}

async function frames(page, load, label) {
  await rhythm(USUAL);
  await visit(page.endless, async ({ tab, cdp }) => {
    const counter = countFrames(cdp);
    await showCode(tab, page.endless);
    await rhythm(load);
    await counter.reach(WARM_UP);
    const [startCount, start] = [counter.count, await metrics(cdp)];
    await counter.reach(startCount + load.frames);
    const [endCount, end] = [counter.count, await metrics(cdp)];
    const scale = (1000 * load.per) / (endCount - startCount);
    record(page, `script ${label}`, (end.ScriptDuration - start.ScriptDuration) * scale);
    record(page, `task ${label}`, (end.TaskDuration - start.TaskDuration) * scale);
  });
}

async function memory(page) {
  await rhythm(USUAL);
  await visit(page.endless, async ({ tab, cdp }) => {
    const counter = countFrames(cdp);
    await showCode(tab, page.endless);
    await rhythm(HOUR);
    for (const count of [HOUR.early, HOUR.frames]) {
      await counter.reach(count);
      await cdp.send("HeapProfiler.collectGarbage");
      await cdp.send("HeapProfiler.collectGarbage");
      const heap = await cdp.send("Runtime.getHeapUsage");
      const { Nodes } = await metrics(cdp);
      const bytes = heap.usedSize + (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0);
      record(page, `memory after ${count.toLocaleString("en")} frames, KB`, bytes / 1000);
      record(page, `DOM nodes after ${count.toLocaleString("en")} frames`, Nodes);
    }
  });
}

/** A fresh profile for each visit: nothing cached, nothing compiled. */
async function visit(path, measure) {
  const context = await browser.newContext({ baseURL: options.url });
  try {
    const tab = await context.newPage();
    tab.on("pageerror", (error) => console.error(`${path}: ${error}`));
    const cdp = await context.newCDPSession(tab);
    await cdp.send("Network.enable");
    await cdp.send("Performance.enable");
    await tab.addInitScript(watchForCode);
    await measure({ tab, cdp });
  } finally {
    await context.close();
  }
}

/** Milliseconds from the start of the navigation to the first painted code. */
async function showCode(tab, path) {
  await tab.goto(path, { waitUntil: "commit" });
  const painted = await tab.waitForFunction(() => window.codePaintedAt, undefined, { timeout: PATIENCE_MS, polling: 50 });
  return painted.jsonValue();
}

/** Runs in the page, before its own scripts. */
function watchForCode() {
  const hasCode = () => {
    const element = document.querySelector("jetapi-whatsapp");
    const svg = element ? element.shadowRoot?.querySelector("svg[part~=code]") : document.querySelector("#root svg");
    return Boolean(svg?.querySelector("path[d]"));
  };
  // A frame that finds the code paints it; the second one after it starts when that is done.
  const look = () => {
    if (!hasCode()) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => (window.codePaintedAt = performance.now())));
  };
  requestAnimationFrame(look);
}

function countFrames(cdp) {
  const counter = { count: 0, reach };
  let wake = () => {};
  cdp.on("Network.webSocketFrameReceived", () => {
    counter.count += 1;
    wake();
  });
  function reach(wanted) {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new Error(`${counter.count} of ${wanted} frames came`));
      const timer = setTimeout(giveUp, 3 * PATIENCE_MS);
      wake = () => {
        if (counter.count < wanted) return;
        clearTimeout(timer);
        resolve();
      };
      wake();
    });
  }
  return counter;
}

async function metrics(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Sets how often the simulator pushes, and with which of its pushes the code changes; 0: with none. */
async function rhythm({ every_ms, change_every }) {
  const reply = await fetch(new URL("/__sim/whatsapp", options.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ do: "frames", every_ms, change_every }),
  });
  if (!reply.ok) throw new Error(`the simulator refuses: ${await reply.text()}`);
}

function record({ name }, label, value) {
  const measures = results.get(name);
  if (!measures.has(label)) measures.set(label, []);
  measures.get(label).push(value);
}

function median(name, label) {
  const sorted = results.get(name).get(label).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function report() {
  const labels = [...results.get(OURS).keys()];
  const width = Math.max(...labels.map((label) => label.length));
  const row = (label, ...cells) => console.log(label.padEnd(width), ...cells.map((cell) => String(cell).padStart(14)));
  const figure = (value) => value.toFixed(value < 100 ? 1 : 0);
  const peers = PAGES.map(({ name }) => name).filter((name) => name !== OURS);

  console.log(`\nmedian of ${runs} (memory: one run); slow: CPU ÷ ${SLOW_CPU}, 1.6 Mbit/s, 150 ms; 1 KB is 1,000 bytes\n`);
  row("", OURS, ...peers, ...peers.map((name) => `/ ${name}`));
  for (const label of labels) {
    const ours = median(OURS, label);
    const theirs = peers.map((name) => median(name, label));
    row(label, figure(ours), ...theirs.map(figure), ...theirs.map((value) => (ours / value).toFixed(2)));
  }

  console.log("");
  const ratio = (label) => median(OURS, label) / median(REACT, label);
  const kb = (count) => median(OURS, `memory after ${count.toLocaleString("en")} frames, KB`);
  const checks = [
    ["time to first code / React", ratio("first code, ms"), TIME_LIMIT],
    ["time to first code / React, slow", ratio("first code on a slow device and line, ms"), TIME_LIMIT],
    ["script per unchanged frame / React", ratio("script per 1,000 unchanged frames, ms"), SCRIPT_LIMIT],
    ["KB that memory grows by in 10,000 frames", kb(HOUR.frames) - kb(HOUR.early), GROWTH_LIMIT_KB],
  ];
  for (const [label, value, limit] of checks) {
    const passed = value <= limit;
    console.log(`${passed ? "pass" : "FAIL"}  ${label}: ${value.toFixed(2)} (at most ${limit})`);
    if (!passed && options.check) process.exitCode = 1;
  }
}
