
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const questions = new Map(data.questions.map((own) => [own.id, own.clips]));
const PLACES = ["first", "left", "right"]; // the query is heard first
const STORE = "listening-test-" + data.test;
let kept = true; // whether the browser keeps the progress
let state = load() || fresh();
let since = null; // when the listener came to the question

// ---- What a listener has done so far

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0"));
  return { test: data.test, session: hex.join(""), participant: "",
           order: shuffled([...questions.keys()]), at: -1, answers: {},
           turned: Math.random() < 0.5, // whether left stands right
           unsaved: false }; // whether there is what no download has
}

function shuffled(items) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}

function load() {
  try { // storage may be forbidden, above all in files
    const former = JSON.parse(localStorage.getItem(STORE));
    return isWhole(former) ? former : null;
  } catch (error) {
    return null;
  }
}

function isWhole(former) {
  const asked = new Set(former.order);
  return former.test === data.test && typeof former.session === "string" &&
    typeof former.participant === "string" &&
    typeof former.turned === "boolean" && Number.isInteger(former.at) &&
    former.at >= -1 && former.at <= questions.size &&
    asked.size === questions.size && former.order.length === asked.size &&
    former.order.every((id) => questions.has(id)) &&
    Object.entries(former.answers).every(([id, own]) => questions.has(id) &&
      Number.isFinite(own.seconds) && own.plays.length === PLACES.length &&
      own.plays.every(Number.isInteger));
}

function save() {
  try {
    localStorage.setItem(STORE, JSON.stringify(state));
  } catch (error) {
    kept = false;
  }
  byId("unkept").hidden = kept;
}

function answerOf(id) {
  if (!state.answers[id]) {
    state.answers[id] =
      { choice: "", confidence: "", seconds: 0, plays: [0, 0, 0] };
  }
  return state.answers[id];
}

const current = () => answerOf(state.order[state.at]);
const isQuestion = () => state.at >= 0 && state.at < questions.size;
const given = () =>
  state.order.filter((id) => (state.answers[id] || {}).choice);

function countTime() {
  const now = performance.now();
  if (since !== null) current().seconds += (now - since) / 1000;
  since = isQuestion() && !document.hidden ? now : null;
}
