// graphile-worker's side of the bench, run by Node: run_graphile_worker.mjs VERB JSON
//
// The loop is its own, runOnce, set as its performance page sets it: 24 jobs at once, a local queue of 500 (none for
// one job per claim), completions written together. The last line printed is a JSON object.

import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [verb, given] = process.argv.slice(2);
const order = JSON.parse(given);
const requireFrom = createRequire(`${order.folder}/package.json`);
const { Logger, makeWorkerUtils, runOnce } = requireFrom("graphile-worker");
const pg = requireFrom("pg");

const TASK = "job";
const quiet = new Logger(() => (level, message) => {
  if (level === "error") console.error(message);
});

// Nothing stands between @ and / where the host is the folder of a socket; an URL must have something there.
const address = new URL(order.url.replace("@/", "@socket/"));
const pool = (size) =>
  new pg.Pool({
    host: address.searchParams.get("host") ?? address.hostname,
    port: Number(address.port || 5432),
    user: address.username,
    database: address.pathname.slice(1),
    max: size,
  });
const now = () => Number(process.hrtime.bigint()) / 1e9;

async function prepare() {
  const utils = await makeWorkerUtils({ pgPool: pool(1), logger: quiet });
  await utils.migrate();
  await utils.release();
  const { version } = JSON.parse(readFileSync(`${order.folder}/node_modules/graphile-worker/package.json`, "utf8"));
  return { version: `${version}, Node ${process.versions.node}` };
}

async function enqueue() {
  const pgPool = pool(1);
  const utils = await makeWorkerUtils({ pgPool, logger: quiet });
  const begin = now();
  let put = 0;
  while (put < order.jobs && now() < begin + order.seconds) {
    const some = Math.min(order.batch, order.jobs - put);
    await utils.addJobs(Array.from({ length: some }, () => ({ identifier: TASK })));
    put += some;
  }
  const seconds = now() - begin;
  await utils.release();
  await pgPool.end();
  return { seconds, jobs: put, batch: order.batch };
}

async function drain() {
  const concurrentJobs = order.concurrentJobs;
  const pgPool = pool(concurrentJobs + 1);
  const clients = await Promise.all(Array.from({ length: concurrentJobs + 1 }, () => pgPool.connect()));
  clients.forEach((client) => client.release());
  await startSignal();
  const events = new EventEmitter();
  let workers;
  events.once("pool:create", ({ workerPool }) => (workers = workerPool));
  let stopping;
  const stopped = new Promise((resolve, reject) => {
    stopping = setTimeout(() => workers.gracefulShutdown().then(resolve, reject), order.seconds * 1000);
  });
  const drained = runOnce({
    pgPool,
    events,
    noHandleSignals: true,
    logger: quiet,
    taskList: { [TASK]: async () => {} },
    preset: {
      worker: {
        concurrentJobs,
        maxPoolSize: concurrentJobs + 1,
        localQueue: { size: order.localQueueSize },
        completeJobBatchDelay: order.completeJobBatchDelay,
        failJobBatchDelay: order.completeJobBatchDelay,
      },
    },
  });
  await Promise.race([drained, stopped]); // once shut down, runOnce does not always come to its end
  clearTimeout(stopping);
  const finished = now();
  await pgPool.end();
  return { finished_at: finished, claims_ms: [], batch: Math.max(1, order.localQueueSize) };
}

function startSignal() {
  const lines = createInterface({ input: process.stdin });
  console.log("ready");
  return new Promise((resolve) =>
    lines.once("line", () => {
      lines.close();
      resolve();
    }),
  );
}

console.log(JSON.stringify(await { prepare, enqueue, drain }[verb]()));
