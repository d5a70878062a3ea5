// Runs Squiggle code a few times in one process; prints the least time, what came out, version and licence as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { package: folder, code, draws } = JSON.parse(process.argv[2]);
const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
const { run } = await import(pathToFileURL(`${folder}/dist/index.js`).href);

let seconds = Infinity, found;
for (let time = 0; time < 4; time++) {
  const environment = { sampleCount: draws, xyPointLength: 1000, seed: String(time) };
  const start = performance.now();
  const { result } = await run(code, { environment });
  if (!result.ok) throw new Error(result.value.toString());
  found = JSON.parse(result.value.result.toString());
  if (time > 0) seconds = Math.min(seconds, (performance.now() - start) / 1000);
}
console.log(JSON.stringify({ seconds, found, version, license }));
