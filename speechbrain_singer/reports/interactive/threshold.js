
// ---- What a threshold does as one moves it

for (const part of document.querySelectorAll(".threshold")) {
  const find = (what) => part.querySelector(what);
  const data = JSON.parse(find("script").textContent);
  const { thresholds, rejected, refused, positives, negatives } = data;
  const WIDTH = 1000, HEIGHT = 200;
  const low = thresholds[0], high = thresholds[thresholds.length - 1];
  const slider = find("input");

  const place = (score) => WIDTH * (score - low) / (high - low);
  const percent = (share) => (100 * share).toFixed(1) + " %";
  const count = (number) => number.toLocaleString("en");
  const score = (number) => number.toPrecision(4);

  function draw(name, attributes, parent = find("svg")) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    parent.append(made);
    return made;
  }

  // The outline of a histogram: as many trials, as much area, of either kind
  function outline(counts, total, top) {
    const { first, last } = data.histogram;
    const left = (bin) => place(first + (last - first) * bin / counts.length);
    let path = `M${left(0)} ${HEIGHT}`;
    counts.forEach((number, bin) => {
      const y = HEIGHT * (1 - 0.95 * number / total / top);
      path += `L${left(bin)} ${y}L${left(bin + 1)} ${y}`;
    });
    return path + `L${left(counts.length)} ${HEIGHT}Z`;
  }

  // Once as it is, and once where the threshold decides wrongly
  const top = Math.max(...data.histogram.same.map((n) => n / positives),
                       ...data.histogram.other.map((n) => n / negatives));
  const wrong = {};
  for (const [kind, total] of [["other", negatives], ["same", positives]]) {
    const d = outline(data.histogram[kind], total, top);
    draw("path", { d, class: kind + " right" });
    const id = "wrong-" + Math.random().toString(36).slice(2);
    const clip = draw("clipPath", { id });
    wrong[kind] = draw("rect", { y: 0, height: HEIGHT }, clip);
    draw("path", { d, class: kind, "clip-path": `url(#${id})`, opacity: 0.8 });
  }
  for (const { at } of data.marks) {
    const x = place(thresholds[at]);
    draw("line", { x1: x, x2: x, y1: 0, y2: HEIGHT, class: "mark" });
  }
  const line = draw("line", { y1: 0, y2: HEIGHT, class: "line" });

  const buttons = data.marks.map(({ name, at }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${name}: ${score(thresholds[at])}`;
    button.addEventListener("click", () => show(at));
    find(".buttons").append(button);
    return button;
  });

  function show(at) {
    const x = place(thresholds[at]);
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    wrong.same.setAttribute("width", x);
    wrong.other.setAttribute("x", x);
    wrong.other.setAttribute("width", WIDTH - x);
    const missed = rejected[at], alarms = negatives - refused[at];
    const accepted = (positives - missed + alarms) / (positives + negatives);
    const said = `At ${score(thresholds[at])}: false rejection ` +
      `${percent(missed / positives)}, false acceptance ` +
      `${percent(alarms / negatives)}; accepted are ` +
      `${percent(accepted)} of all trials.`;
    find(".reading").textContent = said;
    find(".kept").textContent = count(positives - missed);
    find(".missed").textContent = count(missed) + " (false rejections)";
    find(".alarms").textContent = count(alarms) + " (false acceptances)";
    find(".refused").textContent = count(refused[at]);
    slider.value = at;
    slider.setAttribute("aria-valuetext", said);
    buttons.forEach((button, number) => {
      button.setAttribute("aria-pressed", data.marks[number].at === at);
    });
  }

  slider.max = thresholds.length - 1;
  slider.addEventListener("input", () => show(Number(slider.value)));
  const ends = part.querySelectorAll(".ends span");
  ends[0].textContent = score(low) + ": all are accepted";
  ends[1].textContent = score(high) + ": none";
  show(data.start);
  part.hidden = false;
}
