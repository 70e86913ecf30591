
// ---- The pages: start, questions, end

function show(at) {
  countTime();
  silence();
  state.at = at;
  since = null;
  countTime();
  save();
  byId("start").hidden = at !== -1;
  byId("question").hidden = !isQuestion();
  byId("end").hidden = at !== questions.size;
  byId("saving").hidden = at === -1 && given().length === 0;
  if (at === -1) showStart();
  if (isQuestion()) showQuestion();
  showSaving();
  hint("");
  window.scrollTo(0, 0);
  const open = document.querySelector("main > section:not([hidden]) h2");
  open.focus({ preventScroll: true });
}

function showStart() {
  const begun = Object.keys(state.answers).length > 0;
  byId("participant").value = state.participant;
  byId("begin").textContent = begun ? "Continue" : "Begin";
  byId("anew").hidden = !begun;
}

function showQuestion() {
  const id = state.order[state.at];
  byId("where").textContent =
    "Question " + (state.at + 1) + " of " + questions.size;
  byId("progress").max = questions.size;
  byId("back").textContent = state.at === 0 ? "To the start" : "Back";
  byId("next").textContent = state.at + 1 === questions.size ? "Finish" : "Next";
  for (const radio of document.querySelectorAll("#form [type=radio]")) {
    radio.checked = current()[radio.name] === radio.value;
  }
  clipsOf(id).forEach((clip, number) => {
    players[number].broken = false;
    players[number].audio.src = urlOf(clip);
    showPlayer(number);
  });
}

function clipsOf(id) {
  const [query, left, right] = questions.get(id);
  return state.turned ? [query, right, left] : [query, left, right];
}

function showSaving() {
  byId("download").disabled = !given().length;
  byId("download").classList.toggle("main", given().length === questions.size);
  byId("progress").value = given().length;
  byId("saved").textContent = given().length + " of " + questions.size +
    " answered" + (state.unsaved || !given().length ? "" : ", and downloaded");
  if (byId("text").open) byId("csv").value = csv();
}

function hint(text) {
  byId("hint").textContent = text;
}

function goOn(event) {
  event.preventDefault();
  const waiting = players.findIndex(({ broken }, number) =>
    !broken && current().plays[number] === 0);
  if (waiting >= 0) {
    hint("Please play the " + PLACES[waiting] + " clip, too.");
    players[waiting].button.focus();
  } else if (!current().choice) {
    hint("Please choose an answer.");
    document.querySelector("#choices input").focus();
  } else {
    show(firstOpen(state.at + 1));
  }
}

// The next question; at the end, those that are still open
function firstOpen(at) {
  if (at < questions.size) return at;
  const open = state.order.findIndex((id) => !given().includes(id));
  return open < 0 ? at : open;
}

function startAnew() {
  const lost = "Delete the answers that are not downloaded?";
  if (state.unsaved && !confirm(lost)) return;
  state = fresh();
  show(-1);
}
