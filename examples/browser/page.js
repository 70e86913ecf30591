// The page: two files in, a score and a decision out.

import * as ort from "./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs";
import { compare, embed, readFacts } from "./singer.js";

const byId = (id) => document.getElementById(id);
const say = (text) => { byId("answer").textContent = text; };

// More threads need a page that is isolated (COOP and COEP headers)
ort.env.wasm.numThreads = 1;
const answer = await fetch("encoder.onnx");
if (!answer.ok) {
  say("There is no encoder.onnx beside this page: see the README.");
  throw new Error(answer.statusText);
}
const model = new Uint8Array(await answer.arrayBuffer());
const facts = readFacts(model);
const session = await ort.InferenceSession.create(model);
byId("compare").disabled = false;
say("");

async function embeddingOf(input) {
  const [file] = input.files;
  if (!file) throw new Error("Choose two files.");
  const rate = Number(facts.sample_rate);
  const context = new OfflineAudioContext(1, 1, rate);
  const decoded = await context.decodeAudioData(await file.arrayBuffer());
  return embed(ort, session, facts, decoded, file.name);
}

byId("compare").onclick = async () => {
  try {
    say("Listening ...");
    const first = await embeddingOf(byId("first"));
    const second = await embeddingOf(byId("second"));
    const score = compare(first, second, facts.score);
    let text = `Score ${score.toFixed(4)}`;
    if (facts.threshold) {
      const threshold = Number(facts.threshold);
      const same = score > threshold ? "The same singer" : "Another singer";
      text = `${same}: score ${score.toFixed(4)}, ` +
        `threshold ${threshold.toFixed(4)}`;
    }
    say(text);
  } catch (error) {
    say(error.message);
  }
};
