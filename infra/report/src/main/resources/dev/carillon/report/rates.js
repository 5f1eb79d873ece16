"use strict";
/* Figures over the rate: charts with both axes logarithmic, a point for each run, hollow when it is void. */
const LEAST = 0.01;

function points(label, name, all, isVoid) {
  const values = all.map(point =>
    point.system === label && point.isVoid === isVoid ? Math.max(LEAST, point.figure) : null);
  return { label: isVoid ? label + " (void)" : label, values, colour: name, paths: () => null,
    points: { show: true, size: 9, width: 1.6, stroke: () => colour(name), fill: () => colour(isVoid ? "--back" : name) } };
}

function rates(one) {
  const all = one.points.toSorted((p, q) => p.rate - q.rate);
  const systems = [...new Set(one.points.map(point => point.system))];
  const series = systems.flatMap((system, i) => [false, true]
    .filter(isVoid => all.some(point => point.system === system && point.isVoid === isVoid))
    .map(isVoid => points(system, COLOURS[i % COLOURS.length], all, isVoid)));
  const x = all.map(point => Math.max(LEAST, point.rate));
  return all.length === 0 ? [] : [
    chart({ title: one.title, x, series, xUnit: "/s", log: true, xLog: true }),
    element("details", {}, element("summary", {}, "the figures"),
      table(["system", ">messages per second", ">" + one.title, ""],
        all.map(point => [point.system, short(point.rate), short(point.figure), point.isVoid ? "void" : ""]))) ];
}

show(element("h1", {}, data.heading),
  element("p", { className: "note" }, "Over messages per second, both axes logarithmic; a hollow point is a void run."),
  data.charts.map(rates));
