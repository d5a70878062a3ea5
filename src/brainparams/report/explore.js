// Sliders beside an answer; every number is computed by the engines in Python.
function render({model, el}) {
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const answer = make("div", {"aria-live": "polite"});
  const show = () => { answer.innerHTML = model.get("html"); };
  model.on("change:html", show);
  show();
  el.append(answer);
  const STEPS = 200, send = (name, value) => {
    model.set("changed", {...model.get("changed"), [name]: value});
    model.save_changes();
  };
  for (const input of model.get("inputs")) {
    const state = [input.median, input.spread], told = make("output", {style: "margin-left:1em"});
    const slider = (label, place, low, high) => {
      const made = make("input", {type: "range", min: 0, max: STEPS, "aria-label": `${label} of ${input.name}`});
      const positive = input.positive || low > 0;
      const start = positive ? Math.log(low) : low, width = (positive ? Math.log(high) : high) - start;
      made.value = width ? STEPS * ((positive ? Math.log(state[place]) : state[place]) - start) / width : 0;
      made.addEventListener("change", () => {
        const value = start + width * made.value / STEPS;
        state[place] = Number((positive ? Math.exp(value) : value).toPrecision(4));
        told.textContent = state.slice(0, input.kind === "exact" ? 1 : 2).join(input.positive ? " ×/÷ " : " ± ");
        send(input.key, [...state]);
      });
      return make("label", {style: "margin-right:1em"}, `${label} `, made);
    };
    const row = make("div", {style: "margin:.3em 0"}, make("b", {}, input.name), told, make("br", {}));
    row.append(slider("median", 0, input.low, input.high));
    if (input.kind !== "exact") row.append(slider("spread", 1, input.narrow, input.wide));
    el.append(row);
  }
  const reset = make("button", {}, "reset");
  reset.addEventListener("click", () => { model.set("changed", {}); model.save_changes(); });
  el.append(reset);
}
export default {render};
