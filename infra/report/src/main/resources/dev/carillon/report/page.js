"use strict";
/* What pages are built from. Texts become text nodes, never HTML. */
const data = JSON.parse(document.getElementById("data").textContent);
const AXIS = 72, COLOURS = ["--a", "--b", "--c", "--d"];
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const number = (value, digits = 0) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const short = value => Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 20 });
const plots = [];

/** An element with properties and children; a child that is null or false is left out. */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat().filter(child => child !== null && child !== false));
  return made;
}

/** A table. A column whose name begins with ">" holds numbers. A row is an array, perhaps with `id` and `bad`. */
function table(header, rows, className = "") {
  const side = header.map(name => (name.startsWith(">") ? "n" : ""));
  const cells = (tag, row) => row.map((cell, i) => element(tag, { className: side[i] }, cell));
  return element("div", { className: "scroll" },
    element("table", { className: "data " + className },
      element("thead", {}, element("tr", {}, cells("th", header.map(name => name.replace(/^>/, ""))))),
      element("tbody", {}, rows.map(row =>
        element("tr", { id: row.id ?? "", className: row.bad ? "bad" : "" }, cells("td", row))))));
}

/* A logarithmic scale has a little room at both ends. */
const logScale = { distr: 3, range: (plot, low, high) => (low === null ? [1, 10] : [low / 1.3, high * 1.3]) };

/** Round values to mark; over many decades the powers of ten alone. */
function logTicks(low, high) {
  const decades = Array.from({ length: 16 }, (_, i) => 10 ** (i - 4));
  const steps = Math.log10(high / low) > 2 ? [1] : [1, 2, 5];
  return decades.flatMap(decade => steps.map(step => step * decade)).filter(tick => low <= tick && tick <= high);
}

/**
 * A chart. Options: title, x (values), xRange, series ({label, values, colour, and what else uPlot takes}), unit, xUnit,
 * log, xLog, bands ({from, to, label}), over (where a dashed line stands), sync (charts with one cursor).
 */
function chart(options) {
  const holder = element("div", {});
  const figure = element("figure", {}, element("figcaption", {}, options.title), holder);
  const bands = options.bands ?? [];
  const axis = (unit, log, more) => ({
    grid: { stroke: () => colour("--rule"), width: 1 }, stroke: () => colour("--soft"), ticks: { show: false },
    ...(log && { splits: (plot, i, low, high) => logTicks(low, high), filter: (plot, ticks) => ticks }),
    values: (plot, ticks) => ticks.map(tick => (tick === null ? "" : short(tick) + unit)), ...more });
  const config = {
    width: 320, height: 190, padding: [10, 24, 0, 0],
    cursor: options.sync ? { sync: { key: options.sync } } : {},
    scales: { x: { time: false, ...(options.xLog && logScale), ...(options.xRange && { range: options.xRange }) },
      y: options.log ? logScale : { range: (plot, low, high) => [0, Math.max(1, high) * 1.08] } },
    axes: [axis(options.xUnit ?? "", options.xLog, { size: 30 }), axis(options.unit ?? "", options.log, { size: AXIS })],
    series: [{ label: "at", value: (plot, x) => (x === null ? "" : short(x) + (options.xUnit ?? "")) },
      ...options.series.map(({ values, colour: name, ...more }) => ({
        width: 1.6, stroke: () => colour(name),
        value: (plot, y) => (y === null || y === undefined ? "" : short(y) + (options.unit ?? "")), ...more }))],
    hooks: {
      drawClear: [plot => drawBehind(plot, bands, options.over)],
      setCursor: [plot => {
        const at = plot.posToVal(plot.cursor.left, "x");
        plot.over.title = bands.filter(band => band.from <= at && at <= band.to).map(band => band.label).join("\n");
      }],
    },
  };
  const plot = new uPlot(config, [options.x, ...options.series.map(one => one.values)], holder);
  new ResizeObserver(() => requestAnimationFrame(() =>
    plot.setSize({ width: Math.max(240, holder.clientWidth), height: 190 }))).observe(holder);
  plots.push(plot);
  return figure;
}

function drawBehind(plot, bands, over) {
  const { ctx, bbox } = plot;
  const at = second => Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(second, "x", true)));
  ctx.save();
  ctx.fillStyle = colour("--band");
  bands.forEach(band => ctx.fillRect(at(band.from), bbox.top, Math.max(2, at(band.to) - at(band.from)), bbox.height));
  if (over !== undefined) {
    ctx.strokeStyle = colour("--text");
    ctx.setLineDash([6, 5]);
    ctx.strokeRect(at(over), bbox.top, 0, bbox.height);
  }
  ctx.restore();
}

/** Rows of bars below one time axis: {name, className, bars: [{from, to, label, target}]}; each bar is a link. */
function events(title, rows, end) {
  const percent = value => Math.min(100, (100 * value) / end) + "%";
  return element("figure", {}, element("figcaption", {}, title),
    rows.map(row => element("div", { className: "events" }, element("span", {}, row.name),
      element("div", {}, row.bars.map(bar => {
        const link = element("a", { href: "#" + bar.target, title: bar.label, className: row.className ?? "" });
        link.ariaLabel = bar.label;
        link.style.left = percent(bar.from);
        link.style.width = percent(bar.to - bar.from);
        return link;
      })))));
}

/** Shows the elements as the page. */
function show(...elements) {
  document.getElementById("page").append(...elements.flat(Infinity).filter(Boolean));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(plot => plot.redraw()));
}
