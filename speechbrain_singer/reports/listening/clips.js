
// ---- The three clips: one plays at a time

const players = PLACES.map((place, number) => {
  const part = byId("player").content.cloneNode(true).firstElementChild;
  const own = { place, part, audio: new Audio(), broken: false,
                button: part.querySelector(".play"),
                position: part.querySelector(".position") };
  part.setAttribute("aria-label", place + " clip");
  part.querySelector("h3").textContent = place[0].toUpperCase() + place.slice(1);
  own.position.setAttribute("aria-label", "Position in the " + place + " clip");
  own.button.addEventListener("click", () => toggle(number));
  own.position.addEventListener("input", () => {
    own.audio.currentTime = Number(own.position.value);
  });
  const events = ["play", "pause", "ended", "timeupdate", "durationchange"];
  for (const name of events) {
    own.audio.addEventListener(name, () => showPlayer(number));
  }
  own.audio.addEventListener("error", () => {
    own.broken = true;
    showPlayer(number);
  });
  byId("players").append(part);
  return own;
});

const urls = new Map();

function urlOf(clip) {
  if (!urls.has(clip)) {
    const bytes = Uint8Array.from(atob(data.clips[clip]), (c) => c.charCodeAt(0));
    const blob = new Blob([bytes], { type: "audio/mpeg" });
    urls.set(clip, URL.createObjectURL(blob));
  }
  return urls.get(clip);
}

function toggle(number) {
  const { audio } = players[number];
  if (!audio.paused) {
    audio.pause();
    return;
  }
  silence();
  if (audio.ended || audio.currentTime < 0.1) {
    current().plays[number] += 1;
    state.unsaved = true;
    save();
  }
  audio.play().catch((error) => {
    if (error.name === "AbortError") return; // paused before it began
    players[number].broken = true;
    showPlayer(number);
  });
  hint("");
}

function silence() {
  for (const { audio } of players) audio.pause();
}

function showPlayer(number) {
  const { audio, broken, button, part, place, position } = players[number];
  if (!isQuestion()) return;
  const plays = !audio.paused && !audio.ended;
  const length = Number.isFinite(audio.duration) ? audio.duration : 0;
  const times = current().plays[number];
  part.classList.toggle("playing", plays);
  button.textContent = plays ? "Pause" : "Play";
  button.setAttribute("aria-label", button.textContent + " " + place);
  position.max = length || 1;
  position.value = audio.currentTime;
  position.setAttribute("aria-valuetext", audio.currentTime.toFixed(1) +
    " of " + length.toFixed(1) + " seconds");
  part.querySelector(".heard").textContent = broken
    ? "This browser cannot play it"
    : times === 0 ? "not played yet"
    : "played " + (times === 1 ? "once" : times + " times");
}
