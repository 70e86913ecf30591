// How loud a window is to who listens for a voice: without offset, rumble
// below 200 Hz, and hum near multiples of 50 and 60 Hz up to 2 kHz.

const LOUDEST_HUM = 1e-4; // power: what is louder is a voice or a tone

// RMS in dB.
export function levelOf(window, rate) {
  let power = powerOfNoHum(window, rate);
  if (power === null) power = powerWithoutHum(window, rate);
  return 10 * Math.log10(power + 1e-20);
}

// What changes as fast as a voice can be no hum, and need not be analysed.
function powerOfNoHum(window, rate) {
  let change = 0, sum = 0, squares = 0;
  window.forEach((value, i) => {
    if (i) change += (value - window[i - 1]) ** 2;
    sum += value;
    squares += value * value;
  });
  change /= 4 * (window.length - 1);
  const most = LOUDEST_HUM * Math.sin(Math.PI * 1000 / rate) ** 2;
  if (change <= most) return null;
  return squares / window.length - (sum / window.length) ** 2;
}

function powerWithoutHum(window, rate) {
  const size = Math.min(Math.round(rate / 2), window.length);
  const hop = Math.floor(size / 2);
  const hann = Float64Array.from({ length: size }, (_, i) =>
    0.5 - 0.5 * Math.cos(2 * Math.PI * i / size));
  const norm = size * hann.reduce((sum, own) => sum + own * own, 0) / 2;
  const padded = (2 + Math.ceil(window.length / hop)) * hop;
  const count = 1 + Math.floor((padded - size) / hop);
  let voice = 0, hum = 0, high = 0;
  for (let frame = 0; frame < count; frame++) {
    const start = (frame - 1) * hop;
    const samples = hann.map((own, i) => own * mirrored(window, start + i));
    const [real, imaginary] = transform(samples);
    const isEnd = frame === 0 || frame === count - 1;
    for (let bin = 0; bin <= size / 2; bin++) {
      const hertz = bin * rate / size;
      if (hertz < Math.max(20, 2 * rate / size)) continue;
      const power = (real[bin] ** 2 + imaginary[bin] ** 2) / norm;
      // Those at both ends mirror the audio: of them the highest band counts
      if (isEnd) high += hertz > 2000 ? power / count : 0;
      else if (isHum(hertz, 2 * rate / size)) hum += power / (count - 2);
      else voice += power / (count - 2);
    }
  }
  return Math.max(voice, high) + Math.max(0, hum - LOUDEST_HUM);
}

function mirrored(window, at) {
  const last = window.length - 1;
  if (at < 0) at = -at;
  if (at > last) at = 2 * last - at;
  return window[at] ?? 0;
}

function isHum(hertz, width) {
  const isNear = (mains) => Math.abs(
    hertz - mains * Math.round(hertz / mains)) <= width + 0.004 * hertz;
  return hertz < 200 || (hertz <= 2000 && (isNear(50) || isNear(60)));
}

// The Fourier transform of any length, by its smallest factor first.
function transform(real, imaginary = new Float64Array(real.length)) {
  const size = real.length;
  if (size === 1) return [real, imaginary];
  let factor = 2;
  while (size % factor) factor++;
  const length = size / factor;
  const parts = Array.from({ length: factor }, (_, first) => {
    const pick = (values) => Float64Array.from(
      { length }, (_, i) => values[first + factor * i]);
    return transform(pick(real), pick(imaginary));
  });
  const out = [new Float64Array(size), new Float64Array(size)];
  for (let bin = 0; bin < size; bin++) {
    parts.forEach(([re, im], first) => {
      const phase = -2 * Math.PI * (first * bin % size) / size;
      const [cosine, sine] = [Math.cos(phase), Math.sin(phase)];
      const [x, y] = [re[bin % length], im[bin % length]];
      out[0][bin] += x * cosine - y * sine;
      out[1][bin] += x * sine + y * cosine;
    });
  }
  return out;
}
