
// ---- Recordings in three dimensions, to turn

for (const part of document.querySelectorAll(".space")) {
  const find = (what) => part.querySelector(what);
  const data = JSON.parse(find("script").textContent);
  const canvas = find("canvas"), pen = canvas.getContext("2d");
  const select = find("select"), turn = find(".turn");
  const MOST_NAMES = 200; // with a button of their own
  const NEAR = 14; // pixels, within which a dot is pointed at
  const view = { yaw: 0.6, pitch: 0.35, zoom: 1.2 };
  let colouring = data.colourings[0], alone = null, pointed = null;
  let dots = [], asked = false;

  // Where each recording is on the canvas, the farthest first
  function project() {
    const { width, height } = canvas.getBoundingClientRect();
    const size = view.zoom * Math.min(width, height) * 0.47;
    const [sy, cy] = [Math.sin(view.yaw), Math.cos(view.yaw)];
    const [sp, cp] = [Math.sin(view.pitch), Math.cos(view.pitch)];
    dots = data.points.map(([a, b, c], number) => {
      const [x, y, z] = [a / 1000, b / 1000, c / 1000];
      const across = cy * x + sy * z, back = cy * z - sy * x;
      const up = cp * y - sp * back, depth = cp * back + sp * y;
      const scale = size * 3 / (3 - depth); // nearer ones are larger
      return { number, depth, scale: 3 / (3 - depth),
               x: width / 2 + scale * across, y: height / 2 - scale * up };
    });
    dots.sort((one, other) => one.depth - other.depth);
    return { width, height };
  }

  function paint() {
    asked = false;
    const { width, height } = project();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.scale(ratio, ratio);
    for (const { number, x, y, scale, depth } of dots) {
      const kind = colouring.index[number];
      const faint = alone !== null && kind !== alone;
      pen.globalAlpha = faint ? 0.08 : 0.65 + 0.3 * Math.max(-1, depth);
      pen.fillStyle = colouring.colours[kind];
      pen.beginPath();
      pen.arc(x, y, 3.6 * scale * scale, 0, 2 * Math.PI);
      pen.fill();
    }
    pen.globalAlpha = 1;
    const dot = dots.find(({ number }) => number === pointed);
    if (dot) label(dot, width);
  }

  function label({ number, x, y }, width) {
    const kind = colouring.names[colouring.index[number]];
    const text = `${data.names[number]} · ${kind}`;
    pen.font = "14px system-ui, sans-serif";
    const size = Math.min(pen.measureText(text).width, width - 12);
    const left = Math.max(6, Math.min(x + 10, width - size - 6));
    const top = y > 34 ? y - 16 : y + 26;
    pen.fillStyle = "#000d";
    pen.fillRect(left - 5, top - 16, size + 10, 22);
    pen.fillStyle = "white";
    pen.fillText(text, left, top, size);
    pen.strokeStyle = "black";
    pen.beginPath();
    pen.arc(x, y, 6, 0, 2 * Math.PI);
    pen.stroke();
  }

  function repaint() {
    if (!asked) requestAnimationFrame(paint);
    asked = true;
  }

  function colourBy(number) {
    colouring = data.colourings[number];
    alone = pointed = null;
    const names = colouring.names.slice(0, MOST_NAMES);
    find(".names").replaceChildren(...names.map((name, kind) => {
      const button = document.createElement("button");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = colouring.colours[kind];
      button.type = "button";
      button.append(swatch, name);
      button.setAttribute("aria-pressed", false);
      button.addEventListener("click", () => {
        alone = alone === kind ? null : kind;
        pointed = null;
        find(".names").childNodes.forEach((own, place) => {
          own.setAttribute("aria-pressed", place === alone);
        });
        repaint();
      });
      return button;
    }));
    repaint();
  }

  // ---- Turning: by pointer, keys, or itself

  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
    stop();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) {
      rotate((event.clientX - held[0]) / 150, (event.clientY - held[1]) / 150);
      held = [event.clientX, event.clientY];
    } else {
      pointAt(event.offsetX, event.offsetY);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      held = null;
      pointAt(event.offsetX, event.offsetY); // a finger has no other way
    });
  }
  canvas.addEventListener("pointerleave", () => pointAt(-99, -99));
  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0],
                    ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
    const zooms = { "+": 1.1, "=": 1.1, "-": 1 / 1.1 };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) rotate(...steps[event.key]);
    else if (event.key in zooms) zoom(zooms[event.key]);
    else return;
    event.preventDefault();
  });

  function rotate(yaw, pitch) {
    view.yaw += yaw;
    view.pitch = Math.max(-1.5, Math.min(1.5, view.pitch + pitch));
    repaint();
  }

  function zoom(factor) {
    view.zoom = Math.max(0.5, Math.min(4, view.zoom * factor));
    repaint();
  }

  function pointAt(x, y) {
    let best = NEAR, found = null;
    for (const dot of dots) {
      const away = Math.hypot(dot.x - x, dot.y - y);
      const seen = alone === null || colouring.index[dot.number] === alone;
      if (seen && away < best) [best, found] = [away, dot.number];
    }
    if (found !== pointed) {
      pointed = found;
      repaint();
    }
  }

  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    turn.setAttribute("aria-pressed", false);
  }
  turn.addEventListener("click", () => {
    if (timer !== null) return stop();
    timer = setInterval(() => rotate(0.01, 0), 30);
    turn.setAttribute("aria-pressed", true);
  });

  select.append(...data.colourings.map(({ column }, n) => new Option(column, n)));
  select.addEventListener("change", () => colourBy(Number(select.value)));
  find(".column").hidden = data.colourings.length < 2;
  part.hidden = false;
  new ResizeObserver(repaint).observe(canvas);
  colourBy(0);
}
