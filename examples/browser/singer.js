// From decoded audio to embeddings and scores, as SingerEncoder computes them.

import { levelOf } from "./level.js";

const RANGE_DB = 50; // this far below the loudest window is a rest
const FLOOR_DB = -80;

// The facts that `singer export` put into the file: sample_rate, threshold ...
// They are field 14 of the protobuf message, pairs of strings.
export function readFacts(bytes) {
  const facts = {};
  for (const [field, entry] of fields(bytes)) {
    if (field !== 14) continue;
    const [key, value] = [...fields(entry)].map(([, own]) => own);
    facts[text(key)] = text(value);
  }
  return facts;
}

const text = (bytes) => new TextDecoder().decode(bytes);

function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0, scale = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte & 128);
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const size = varint(); // or the value itself, of a number
    if (tag % 8 !== 2) continue;
    yield [Math.floor(tag / 8), bytes.subarray(at, at + size)];
    at += size;
  }
}

// The embedding of a recording: the mean direction of its windows.
export async function embed(ort, session, facts, audio, name) {
  const rate = Number(facts.sample_rate);
  const samples = mono(audio);
  if (samples.length < Math.round(facts.min_seconds * rate)) {
    throw new Error(`${name}: too short`);
  }
  const size = Math.round(facts.window_seconds * rate);
  const windows = split(samples, size, facts.window_overlap);
  const levels = windows.map((window) => levelOf(window, rate));
  const limit = Math.max(FLOOR_DB, Math.max(...levels) - RANGE_DB);
  const sung = windows.filter((_, index) => levels[index] > limit);
  if (!sung.length) throw new Error(`${name}: silent throughout`);
  const mean = new Float64Array(Number(facts.dimension));
  for (const window of sung) {
    const waveform = new ort.Tensor("float32", window, [1, window.length]);
    const { embedding } = await session.run({ waveform });
    embedding.data.forEach((value, i) => { mean[i] += value / sung.length; });
  }
  if (facts.score !== "cosine") return mean;
  const length = Math.hypot(...mean);
  return mean.map((value) => value / length);
}

// Cosine, or minus the squared distance: higher = more alike.
export function compare(first, second, score) {
  let sum = 0;
  first.forEach((value, i) => {
    sum += score === "cosine" ? value * second[i] : -((value - second[i]) ** 2);
  });
  return sum;
}

function mono(audio) {
  const mean = new Float32Array(audio.length);
  for (let channel = 0; channel < audio.numberOfChannels; channel++) {
    audio.getChannelData(channel).forEach((value, i) => {
      mean[i] += value / audio.numberOfChannels;
    });
  }
  return mean;
}

// Windows that share so much; the last one ends where the audio does.
function split(samples, length, overlap) {
  if (samples.length <= length) return [samples];
  const last = samples.length - length;
  const hop = Math.max(1, Math.floor((1 - overlap) * length));
  const windows = [];
  for (let start = 0; start < last; start += hop) {
    windows.push(samples.slice(start, start + length));
  }
  return [...windows, samples.slice(last)];
}
