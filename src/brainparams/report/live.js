// The live part of a page: it computes the sheet at fixed points, and moves the answer as inputs are moved.
// `sheet` holds the inputs, `evaluate(numbers, at, result)` is written from the table of operations.
"use strict";
(() => {
  const sheet = JSON.parse(document.getElementById("sheet").textContent);
  const count = 2 ** sheet.power;
  const columns = sheet.columns;
  const changed = new Map(); // number of a column -> [median, spread]

  // --- numbers ----------------------------------------------------------------------------------------------------

  // Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution. doi:10.2307/2347330
  const series = (c, r) => c.reduceRight((sum, each) => sum * r + each, 0);
  const A = [3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727];
  const B = [1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
    39307.895800092710610, 28729.085735721942674, 5226.4952788528545610];
  const C = [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
    1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4];
  const D = [1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
    0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9];
  const E = [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
    0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
  const F = [1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4,
    1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15];
  const score = p => {
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) { const r = 0.180625 - q * q; return q * series(A, r) / series(B, r); }
    let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    r = r <= 5 ? series(C, r - 1.6) / series(D, r - 1.6) : series(E, r - 5) / series(F, r - 5);
    return q < 0 ? -r : r;
  };

  const bytes = text => Uint8Array.from(atob(text), each => each.charCodeAt(0)).buffer;
  const places = columns.map(column => {
    if (column.shift === undefined) return null;
    const found = new Uint32Array(count);
    found[0] = column.shift;
    const directions = new Uint16Array(bytes(column.directions));
    directions.forEach((each, k) => { for (let i = 0; i < 1 << k; i++) found[(1 << k) + i] = found[i] ^ each; });
    return found;
  });
  const ofScore = new Float64Array(count).map((_, k) => score((k + 0.5) / count));
  const ofTable = columns.map(column => column.table && new Float32Array(bytes(column.table)));

  const setting = k => changed.get(k) || [columns[k].median, columns[k].spread];
  const at = (k, z) => {
    const [median, spread] = setting(k);
    return columns[k].positive ? Math.exp(Math.log(median) + Math.log(spread) * z) : median + spread * z;
  };
  const numbersOf = k => {
    const column = columns[k], found = new Float64Array(count), [median] = setting(k);
    if (column.kind === "exact" || column.kind === "choice" && changed.has(k)) return found.fill(median);
    if (!places[k]) return found;
    if (column.kind === "choice") {
      return found.map((_, i) => {
        const u = (places[k][i] + 0.5) / count;
        return column.values[column.cumulative.findIndex(each => u <= each)];
      });
    }
    if (column.kind === "table" && !changed.has(k)) return found.map((_, i) => ofTable[k][places[k][i]]);
    return found.map((_, i) => at(k, ofScore[places[k][i]]));
  };
  const numbers = columns.map((_, k) => numbersOf(k));
  const results = sheet.results.map(() => new Float64Array(count));
  let focus = 0; // which of the results is shown large

  const quantile = (sorted, p) => {
    const place = (count - 1) * p, low = Math.floor(place), high = Math.min(low + 1, count - 1);
    return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
  };
  const compute = () => {
    evaluate(numbers, at, results);
    const tail = (1 - sheet.level) / 2;
    return results.map(result => {
      const sorted = result.slice().sort();
      return {sorted, low: quantile(sorted, tail), median: quantile(sorted, 0.5), high: quantile(sorted, 1 - tail)};
    });
  };

  // What shares are shares of: the logarithm of what is positive, else the value; the rank where a few results hold all.
  const onScale = result => {
    if (result.every(each => each > 0)) return result.map(Math.log);
    const mean = result.reduce((a, b) => a + b, 0) / count;
    const squares = result.map(each => (each - mean) ** 2).sort(), whole = squares.reduce((a, b) => a + b, 0);
    if (squares.slice(-Math.max(1, count / 1000 | 0)).reduce((a, b) => a + b, 0) <= whole / 2) return result;
    const ranks = new Float64Array(count);
    Array.from(result.keys()).sort((a, b) => result[a] - result[b]).forEach((place, rank) => { ranks[place] = rank / count; });
    return ranks;
  };

  // Share of the variance that goes if an input is known: the variance of the mean of the result in parts of the
  // input, or for each option, with a line in each part; without what chance alone would give.
  const SLICES = 16;
  const shares = () => {
    const y = onScale(results[focus]);
    const mean = y.reduce((a, b) => a + b, 0) / count;
    const variance = y.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
    return columns.map((column, k) => {
      if (!places[k] || variance === 0 || column.kind === "choice" && changed.has(k)) return 0;
      const isChoice = column.kind === "choice", part = isChoice
        ? i => column.values.indexOf(numbers[k][i]) : i => places[k][i] >> (sheet.power - 4);
      const parts = isChoice ? column.values.length : SLICES, x = i => y === results[focus] ? numbers[k][i] : ofScore[places[k][i]];
      const [size, sumX, sumY, sumXX, sumXY, sumYY] = Array.from({length: 6}, () => new Float64Array(parts));
      for (let i = 0; i < count; i++) {
        const at = part(i), dx = x(i), dy = y[i] - mean;
        size[at] += 1; sumX[at] += dx; sumY[at] += dy; sumXX[at] += dx * dx; sumXY[at] += dx * dy; sumYY[at] += dy * dy;
      }
      let explained = 0;
      size.forEach((n, at) => {
        if (n < 3) return;
        const within = sumYY[at] - sumY[at] ** 2 / n, wide = sumXX[at] - sumX[at] ** 2 / n;
        const line = isChoice || !(wide > 1e-12 * sumXX[at]) ? 0 : (sumXY[at] - sumX[at] * sumY[at] / n) ** 2 / wide;
        const chance = (within - line) / (n - (line ? 2 : 1));
        explained += sumY[at] ** 2 / n + line - chance * (line ? 2 : 1);
      });
      return Math.max(0, explained / count / variance);
    });
  };
  // As long as nothing is changed, the shares are those that Python found.
  const knownShares = () => changed.size === 0 && focus === 0 && columns.some(each => each.share !== undefined)
    ? columns.map(each => each.share || 0) : shares();

  // --- words --------------------------------------------------------------------------------------------------------

  const raised = text => String(text).replace(/./g, each => "⁰¹²³⁴⁵⁶⁷⁸⁹"["0123456789".indexOf(each)] || "⁻");
  const plain = (value, digits = 2) => {
    if (value === 0 || !Number.isFinite(value)) return String(value);
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const power = Number(exponent);
    if (power >= -4 && power < 5) return Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - power));
    return `${mantissa} × 10${raised(power)}`;
  };
  const inWords = value => {
    for (const [scale, word] of [[1e15, "quadrillion"], [1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
      const whole = Number(value.toPrecision(2));
      if (Math.abs(whole) >= scale && Math.abs(whole) < 1e18) return `${Number((whole / scale).toPrecision(2))} ${word}`;
    }
    return "";
  };
  const chance = p => p < 0.01 ? "<1 %" : p > 0.99 ? ">99 %" : `${Math.round(100 * p)} %`;

  // --- drawing ------------------------------------------------------------------------------------------------------

  const NAMESPACE = "http://www.w3.org/2000/svg";
  const H = 190, BASE = 146, PARTS = 48;
  const svg = (name, attributes, text) => {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const shape = (sorted, isLog) => {
    const place = isLog ? Math.log10 : each => each;
    const low = place(quantile(sorted, 0.001)), high = place(quantile(sorted, 0.999));
    if (!(high > low)) return null;
    const width = (high - low) / PARTS, masses = new Float64Array(PARTS);
    for (const each of sorted) {
      const at = place(each);
      if (at >= low && at <= high) masses[Math.min(PARTS - 1, Math.floor((at - low) / width))] += 1 / (count * width);
    }
    return {low, high, width, masses};
  };
  // 1, 2 or 5 times a power of ten, at least so large
  const even = least => {
    const power = 10 ** Math.floor(Math.log10(least || 1));
    return [1, 2, 5, 10].map(each => each * power).find(each => each >= least);
  };
  // Places of marks: even steps; on a logarithmic axis decades, or 1, 2 and 5 of each where there are few.
  const marksOf = (low, high, isLog, least) => {
    const step = isLog ? Math.max(1, Math.ceil(least)) : even(least), found = [];
    for (let k = Math.ceil(low / step); k * step <= high + 1e-9 * step && found.length < 30; k++) found.push(k * step);
    if (!isLog || found.length > 1) return found;
    return [-1, 0, 1].flatMap(k => [1, 2, 5].map(each => Math.floor(low) + 1 + k + Math.log10(each)))
      .filter(each => each >= low && each <= high);
  };
  const short = value => Math.abs(value) >= 1e-4 && Math.abs(value) < 1e5 || value === 0 ? String(Number(value.toPrecision(3))) : plain(value, 2);
  const bases = compute();
  const logarithmic = bases.map((base, k) => sheet.results[k].logarithmic && base.sorted[0] > 0);
  // Where Python knows the law its curve is drawn; points are counted in parts.
  const baseShapes = bases.map((base, k) => {
    const known = sheet.results[k].shape;
    if (!known || logarithmic[k] !== sheet.results[k].logarithmic) return shape(base.sorted, logarithmic[k]);
    const {low, high, tallest, masses} = known;
    return {low, high, width: (high - low) / masses.length, masses: masses.map(each => each * tallest), smooth: true};
  });

  const draw = now => {
    const isLog = logarithmic[focus] && now.sorted[0] > 0, baseShape = isLog === logarithmic[focus] ? baseShapes[focus] : null;
    const picture = document.getElementById("picture");
    const W = Math.max(300, Math.min(736, picture.clientWidth || 640)); // letters keep their size
    picture.setAttribute("viewBox", `0 0 ${W} ${H}`);
    picture.replaceChildren();
    const current = changed.size === 0 && baseShape ? baseShape : shape(now.sorted, isLog);
    const place = isLog ? Math.log10 : each => each;
    const marks = sheet.lines.map(each => place(each.value)).filter(Number.isFinite);
    const all = [current, baseShape].filter(Boolean).flatMap(each => [each.low, each.high]).concat(marks);
    const low = Math.min(...all), high = Math.max(...all), pad = (high - low || 1) * 0.03;
    const x = value => 12 + (W - 24) * (value - low + pad) / (high - low + 2 * pad);
    const tallest = Math.max(...[current, baseShape].filter(Boolean).map(each => Math.max(...each.masses)));
    const curve = each => Array.from(each.masses, (mass, k) => {
      const y = BASE - (BASE - 22) * mass / tallest;
      if (each.smooth) return `${x(each.low + (k + 0.5) * each.width).toFixed(1)} ${y.toFixed(1)}`;
      return `${x(each.low + k * each.width).toFixed(1)} ${y.toFixed(1)}L${x(each.low + (k + 1) * each.width).toFixed(1)} ${y.toFixed(1)}`;
    }).join("L");
    const closed = each => `M${x(each.low).toFixed(1)} ${BASE}L${curve(each)}L${x(each.high).toFixed(1)} ${BASE}Z`;
    if (baseShape && current !== baseShape) picture.append(svg("path", {d: closed(baseShape), class: "before"}));
    if (current) picture.append(svg("path", {d: closed(current), class: "now"}));
    picture.append(svg("path", {d: `M12 ${BASE}H${W - 12}`, class: "axis"}));
    const from = x(place(now.low)), to = x(place(now.high));
    picture.append(svg("path", {d: `M${from} ${BASE + 3}H${to}`, class: "interval"}));
    picture.append(svg("path", {d: `M${x(place(now.median))} 16V${BASE}`, class: "median"}));
    sheet.lines.forEach((each, k) => {
      const at = x(place(each.value));
      picture.append(svg("path", {d: `M${at} 16V${BASE}`, class: "line"}));
      const isLeft = at > W / 2, letters = Math.floor((isLeft ? at : W - at) / 6.5) - 1;
      const name = each.name.length > letters ? `${each.name.slice(0, letters - 1)}…` : each.name;
      picture.append(svg("text", {x: at + (isLeft ? -4 : 4), y: 26 + 13 * (k % 8), "text-anchor": isLeft ? "end" : "start"}, name));
    });
    for (const value of marksOf(low, high, isLog, (high - low) / (W / 105))) {
      picture.append(svg("path", {d: `M${x(value)} ${BASE}v5`, class: "axis"}));
      const number = isLog ? 10 ** value : value;
      const told = inWords(number) || (isLog && Math.abs(value) > 4 && Number.isInteger(value) ? `10${raised(value)}` : short(number));
      const half = 3.5 * told.length;
      picture.append(svg("text", {x: Math.min(Math.max(x(value), half), W - half), y: BASE + 20, "text-anchor": "middle"}, told));
    }
    const axis = [sheet.unit, isLog ? "logarithmic axis" : ""].filter(Boolean).join(", ");
    picture.append(svg("text", {x: W / 2, y: H - 6, "text-anchor": "middle"}, axis));
    picture.setAttribute("aria-label", `Density of the result: median ${plain(now.median)} ${sheet.unit}, `
      + `from ${plain(now.low)} to ${plain(now.high)}`);
  };

  // A row for each rung: what it is now as a bar, what it was in grey below it.
  const drawLadder = all => {
    if (!sheet.rungs.length) return;
    const isStill = changed.size === 0;
    const rows = sheet.rungs.map(rung => ({
      name: rung.name, before: rung, now: isStill || rung.result === null ? rung : all[rung.result],
    }));
    const numbers = rows.flatMap(({before, now}) => [before.low, now.low, before.high, now.high]).filter(each => each > 0);
    const low = Math.log10(Math.min(...numbers)) - 0.1, high = Math.log10(Math.max(...numbers)) + 0.1;
    const x = value => value > 0 ? 1000 * (Math.log10(value) - low) / (high - low) : 0;
    const held = rows.find(each => each.name === sheet.reference);
    rows.sort((a, b) => a.now.median - b.now.median);
    document.getElementById("ladder").replaceChildren(...rows.map(({name, before, now}) => {
      const value = now.value || (now.high > now.low ? `${plain(now.median)} (${plain(now.low)} to ${plain(now.high)})` : plain(now.median));
      const times = held ? `, ${plain(now.median / held.now.median)} times ${held.name}` : "";
      const bar = svg("svg", {viewBox: "0 0 1000 14", preserveAspectRatio: "none", "aria-hidden": "true"});
      bar.append(svg("rect", {x: x(before.low), y: 1, width: Math.max(2, x(before.high) - x(before.low)), height: 12, class: "before"}),
        svg("rect", {x: x(now.low), y: 4, width: Math.max(2, x(now.high) - x(now.low)), height: 6, class: "now"}),
        svg("rect", {x: x(now.median) - 2, y: 0, width: 4, height: 14, class: "middle"}));
      const told = element("span", {class: "number"}, `${value}${name === sheet.reference ? "" : times}`);
      return element("li", {}, element("span", {}, name), told, bar);
    }));
    document.getElementById("ladder").hidden = false;
  };

  // --- controls -----------------------------------------------------------------------------------------------------

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const STEPS = 400;
  const rounded = value => Number(value.toPrecision(4));
  const range = column => {
    if (column.positive || column.kind === "exact" && column.median > 0) {
      const wide = column.kind === "exact" ? 10 : Math.max(10, column.spread ** 4);
      const [low, high] = [Math.log(column.median / wide), Math.log(column.median * wide)];
      return {value: t => Math.exp(low + (high - low) * t / STEPS), step: v => Math.round(STEPS * (Math.log(v) - low) / (high - low))};
    }
    const reach = 6 * column.spread || Math.abs(column.median) || 1, low = column.median - reach;
    return {value: t => low + 2 * reach * t / STEPS, step: v => Math.round(STEPS * (v - low) / (2 * reach))};
  };
  const spreads = column => column.positive
    ? {value: t => Math.exp(Math.max(Math.log(column.spread) * 3, Math.log(4)) * t / STEPS),
       step: v => Math.round(STEPS * Math.log(v) / Math.max(Math.log(column.spread) * 3, Math.log(4)))}
    : {value: t => 4 * column.spread * t / STEPS, step: v => Math.round(STEPS * v / (4 * column.spread))};
  const asSetting = (column, [, median, low, high]) => [median, column.positive ? Math.sqrt(high / low) : (high - low) / 2].map(rounded);
  const written = (column, [median, spread]) => {
    const unit = column.unit ? ` ${column.unit}` : "";
    if (column.kind === "exact") return `${plain(median, 4)}${unit}`;
    if (column.kind === "choice") return column.options[median];
    return column.positive ? `${plain(median, 3)} ×/÷ ${plain(spread, 3)}${unit}` : `${plain(median, 3)} ± ${plain(spread, 3)}${unit}`;
  };

  const controls = document.getElementById("controls");
  const rows = new Map(), boxes = new Map();
  const show = (id, text) => { document.getElementById(id).textContent = text; };
  const slider = (label, scale, value, moved) => {
    const made = element("input", {type: "range", min: 0, max: STEPS, step: 1, "aria-label": label});
    made.value = scale.step(value);
    made.addEventListener("input", () => moved(rounded(scale.value(Number(made.value)))));
    return made;
  };
  const set = (k, value) => {
    if (value) changed.set(k, value); else changed.delete(k);
    numbers[k] = numbersOf(k);
    const {told, reset, sync} = rows.get(k);
    told.textContent = changed.has(k) ? written(columns[k], setting(k)) : columns[k].written;
    reset.hidden = !changed.has(k);
    sync();
    update();
  };
  columns.forEach((column, k) => {
    if (!column.change) return;
    const told = element("output", {}, column.written);
    const reset = element("button", {type: "button", hidden: ""}, "reset");
    reset.addEventListener("click", () => set(k, null));
    const inputs = element("div", {class: "inputs"});
    let sync = () => {};
    if (column.kind === "choice") {
      const select = element("select", {"aria-label": column.name}, element("option", {value: ""}, "as weighted"),
        ...column.options.map((each, place) => element("option", {value: place}, each)));
      select.addEventListener("change", () => set(k, select.value === "" ? null : [Number(select.value), 1]));
      inputs.append(select);
      sync = () => { select.value = changed.has(k) ? changed.get(k)[0] : ""; };
    } else {
      const scale = range(column), widths = spreads(column);
      const middle = slider(`median of ${column.name}`, scale, column.median, value => set(k, [value, rounded(setting(k)[1])]));
      middle.dataset.column = k;
      inputs.append(element("label", {}, "median", middle));
      let width = null;
      if (column.kind !== "exact") {
        width = slider(`spread of ${column.name}`, widths, column.spread, value => set(k, [rounded(setting(k)[0]), Math.max(value, column.positive ? 1 : 0)]));
        inputs.append(element("label", {}, "spread", width));
      }
      if (column.rivals) {
        const select = element("select", {"aria-label": `${column.name}, after`}, element("option", {value: ""}, "as here"),
          ...column.rivals.map(([name], place) => element("option", {value: place}, `after ${name}`)));
        select.addEventListener("change", () => set(k, select.value === "" ? null : asSetting(column, column.rivals[select.value])));
        inputs.append(select);
      }
      sync = () => {
        middle.value = scale.step(setting(k)[0]);
        if (width) width.value = widths.step(setting(k)[1]);
      };
    }
    rows.set(k, {told, reset, sync});
    boxes.set(k, element("div", {class: "control"},
      element("div", {class: "named"}, element("span", {}, column.name), told, reset), inputs));
  });

  // What matters most stands first; the rest is folded away.
  const SHOWN = 8;
  const isTogether = columns.some(each => each.shift === undefined && each.kind !== "exact"); // correlated
  const weight = knownShares();
  const ordered = [...boxes.keys()].sort((a, b) => weight[b] - weight[a] || a - b);
  controls.append(...ordered.slice(0, SHOWN).map(k => boxes.get(k)));
  if (ordered.length > SHOWN) {
    const summary = element("summary", {}, `${ordered.length - SHOWN} more inputs, each with less to say`);
    controls.append(element("details", {}, summary, ...ordered.slice(SHOWN).map(k => boxes.get(k))));
  }
  for (const id of ["moving", "made"]) document.getElementById(id).hidden = boxes.size === 0;
  show("still-inputs", sheet.fixed);

  // --- all of it ----------------------------------------------------------------------------------------------------

  // A text of Python; what cannot be seen, or turns the direction of writing, as its code.
  const unseen = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  const quoted = text => JSON.stringify(text).replace(unseen, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const python = () => {
    const told = [...changed].map(([k, [median, spread]]) => {
      const column = columns[k], unit = column.python ? ` ${column.python}` : "";
      const value = column.kind === "choice" ? column.keys[median] : column.kind === "exact" ? `${median}${unit}`
        : column.positive ? `${median} ×/÷ ${spread}${unit}` : `${median} +/- ${spread}${unit}`;
      return `${quoted(column.key)}: ${quoted(value)}`;
    });
    const keys = [...changed.keys()].map(k => columns[k].key);
    const shared = keys.filter(key => columns.filter(each => each.change && each.key === key).length > 1);
    const word = shared.length ? `  # several inputs are called ${quoted(shared[0])}: this changes all of them` : "";
    return told.length ? `${sheet.subject}.assuming({${told.join(", ")}})${word}` : sheet.subject;
  };
  const fragment = () => [...changed].map(([k, [median, spread]]) => `${k}=${median},${spread}`).join("&");

  const update = () => {
    const isStill = changed.size === 0;
    const every = compute(), now = every[focus], still = sheet.results[focus];
    show("value", isStill ? still.value : `${plain(now.median)} ${sheet.unit}`);
    drawLadder(every);
    const word = inWords(now.median);
    show("told", isStill ? still.told
      : `${word ? `${word}; ` : ""}${Math.round(1000 * sheet.level) / 10} % interval ${plain(now.low)} to ${plain(now.high)} (equal-tailed; ${count} points in this page)`);
    document.getElementById("value").dataset.median = now.median;
    document.getElementById("value").dataset.low = now.low;
    document.getElementById("value").dataset.high = now.high;
    draw(now);
    const list = document.getElementById("lines");
    list.replaceChildren(...sheet.lines.map(each => {
      const above = now.sorted.reduce((sum, value) => sum + (value > each.value), 0) / count;
      const times = now.median > 0 && each.value > 0 ? `; the median is ${plain(now.median / each.value)} times as much` : "";
      return element("li", {}, `${each.name}, ${plain(each.value, 3)}${sheet.unit ? ` ${sheet.unit}` : ""}: above it with probability ${chance(above)}${times}`);
    }));
    const all = knownShares(), isPython = isStill && focus === 0;
    const rest = isPython ? sheet.interactions : 1 - all.reduce((a, b) => a + b, 0);
    const large = all.map((share, k) => [share, columns[k].name]).filter(([share]) => share >= 0.005).sort((a, b) => b[0] - a[0]);
    const found = large.slice(0, SHOWN);
    const among = all.filter(each => each > 0).length, shown = found.reduce((a, b) => a + b[0], 0);
    if (large.length > SHOWN) found.push([all.reduce((a, b) => a + b, 0) - shown, `${among - SHOWN} more together`]);
    if (rest > 0.01 * Math.sqrt(among) && !isTogether) found.push([rest, "interactions"]);
    document.getElementById("drivers").replaceChildren(...found.map(([share, name]) => {
      const bar = element("span", {class: "bar"});
      bar.style.width = `${Math.min(100, 100 * share)}%`;
      return element("li", {}, element("span", {class: "share"}, `${Math.round(100 * share)} %`), element("span", {}, name), element("span", {class: "track"}, bar));
    }));
    show("method", isPython ? sheet.method : `Shares of the variance, from ${count} points in this page, ± 1 % or so.`);
    show("product", isPython ? sheet.product : "");
    show("python", python());
    document.getElementById("reset").hidden = isStill;
    document.getElementById("live").className = isStill ? "still" : "";
    const hash = fragment();
    if (location.hash.slice(1) !== hash) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const read = () => {
    changed.clear();
    for (const part of location.hash.slice(1).split("&")) {
      const [key, value] = part.split("=");
      const k = Number(key), [median, spread] = (value || "").split(",").map(Number);
      if (value && rows.has(k) && Number.isFinite(median) && Number.isFinite(spread)) {
        const bad = columns[k].positive && (median <= 0 || spread < 1) || columns[k].kind === "choice" && !columns[k].options[median];
        if (!bad) changed.set(k, [median, spread]);
      }
    }
    for (const [k, {told, reset, sync}] of rows) {
      numbers[k] = numbersOf(k);
      told.textContent = changed.has(k) ? written(columns[k], setting(k)) : columns[k].written;
      reset.hidden = !changed.has(k);
      sync();
    }
    update();
  };
  const choices = sheet.rungs.filter(rung => rung.result !== null);
  if (choices.length > 1) {
    const select = document.getElementById("focus");
    select.append(...choices.map(rung => element("option", {value: rung.result}, rung.name)));
    select.value = focus;
    select.addEventListener("change", () => { focus = Number(select.value); update(); });
    document.getElementById("choose").hidden = false;
  }
  document.getElementById("reset").addEventListener("click", () => { history.replaceState(null, "", location.pathname + location.search); read(); });
  document.getElementById("copy").addEventListener("click", () => navigator.clipboard && navigator.clipboard.writeText(document.getElementById("python").textContent));
  window.addEventListener("hashchange", read);
  window.addEventListener("resize", () => update());
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(each => { each.open = true; }));
  document.getElementById("live").hidden = false;
  document.getElementById("still").hidden = true;
  read();
})();
