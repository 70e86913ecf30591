
// ---- The answers as a file

const COLUMNS = ["test", "session", "participant", "saved", "question",
  "position", "turned", "choice", "confidence", "seconds",
  "plays_query", "plays_left", "plays_right"];

function csv() {
  countTime();
  const saved = new Date().toISOString();
  const lines = given().map((id) => {
    const own = state.answers[id];
    return [state.test, state.session, state.participant, saved, id,
      state.order.indexOf(id) + 1, state.turned ? "yes" : "no",
      own.choice, own.confidence,
      own.seconds.toFixed(1), ...own.plays];
  });
  return [COLUMNS, ...lines].map((line) => line.join(",") + "\n").join("");
}

function download() {
  const link = document.createElement("a");
  const name = (state.participant || state.session).replace(/[^\p{L}\p{N}]+/gu, "_");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = "answers_" + name + ".csv";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  state.unsaved = false;
  save();
  showSaving();
}

// ---- What the listener does

byId("begin").addEventListener("click", () => {
  // No comma, quote or formula: it stands in a table as it is
  const text = byId("participant").value.replace(/[^\p{L}\p{N} ._-]/gu, "");
  state.participant = text.trim().replace(/^[-.]+/, "");
  show(firstOpen(questions.size));
});
byId("form").addEventListener("submit", goOn);
byId("form").addEventListener("change", ({ target }) => {
  if (target.type !== "radio") return;
  current()[target.name] = target.value;
  state.unsaved = true;
  save();
  showSaving();
  hint("");
});
document.addEventListener("keydown", (event) => {
  const number = ["1", "2", "3"].indexOf(event.key);
  const { target } = event;
  // Nowhere, or within the question: who speaks or types elsewhere is not heard
  const here = target === document.body || byId("question").contains(target);
  if (number < 0 || !here || !isQuestion()) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  toggle(number);
});
byId("back").addEventListener("click", () => show(state.at - 1));
byId("last").addEventListener("click", () => show(questions.size - 1));
byId("anew").addEventListener("click", startAnew);
byId("another").addEventListener("click", startAnew);
byId("download").addEventListener("click", download);
byId("text").addEventListener("toggle", showSaving);
document.addEventListener("visibilitychange", () => {
  countTime();
  save();
});
window.addEventListener("pagehide", () => {
  countTime();
  save();
});
window.addEventListener("beforeunload", (event) => {
  if (!kept && state.unsaved) event.preventDefault();
});
document.querySelector(".count").textContent = questions.size;
show(-1);
