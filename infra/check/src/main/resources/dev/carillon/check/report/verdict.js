"use strict";
/* The verdict of a run of the checker. */
const OPEN = 20, PLACES = 160;
const end = Math.max(1, data.seconds.length);
const seconds = nanos => nanos / 1e9;
const broken = data.properties.map((property, i) => ({ ...property, id: "promise-" + (i + 1) })).filter(one => !one.kept);
let count = 0;
broken.forEach(property => property.violations.forEach(violation => { violation.id = "violation-" + ++count; }));
const faults = data.faults.map((fault, i) => ({ ...fault, id: "fault-" + (i + 1), from: seconds(fault.began_at_nanos),
  to: seconds(fault.ended_at_nanos), label: fault.kind + " of " + fault.target + ": " + fault.detail }));
const link = (target, text) => element("a", { href: "#" + target }, text);
const section = (title, ...parts) => [element("h2", {}, title), ...parts];

function conclusion() {
  const links = broken.flatMap((property, i) => [i === 0 ? " See " : ", ", link(property.id, property.name)]);
  return element("p", { className: "verdict " + (data.kept ? "kept" : "broken"), role: data.kept ? "status" : "alert" },
    data.conclusion, links, broken.length > 0 && ".");
}

function promises() {
  const ids = Object.fromEntries(broken.map(property => [property.name, property.id]));
  return table(["", "promise", "what it says"], data.properties.map(property =>
    Object.assign([property.kept ? "kept" : link(ids[property.name], "broken: " + number(property.violations.length)),
      property.name, property.promise], { bad: !property.kept })), "stacked");
}

function violations(property) {
  const all = property.violations.map(violation => element("div", { className: "violation", id: violation.id },
    element("p", {}, violation.what), element("pre", {}, violation.events.join("\n"))));
  const more = all.slice(OPEN);
  return [element("h3", { id: property.id }, property.name), element("p", {}, property.promise), ...all.slice(0, OPEN),
    more.length > 0 && element("details", {}, element("summary", {}, number(more.length) + " more"), more)];
}

/* A link to what is folded opens it. */
function unfold() {
  const folded = document.getElementById(location.hash.slice(1))?.closest("details");
  if (folded && !folded.open) {
    folded.open = true;
    document.getElementById(location.hash.slice(1)).scrollIntoView();
  }
}

function counts() {
  const { counts, held } = data;
  const latencies = (name, of) => [name, ...[of.p50, of.p99, of.p999, of.max].map(value => number(value, 1)), number(of.count)];
  return [
    table([">messages sent", ">acknowledged", ">refused", ">unknown", ">attempts"],
      [[counts.sent, counts.acknowledged, counts.refused, counts.unknown, counts.attempts].map(value => number(value))]),
    element("p", {}, held > 0 && number(held) + " more messages were due and held back by the clients. ",
      `${number(counts.devices)} devices were handed ${number(counts.handed)} messages; `
      + `${number(counts.delivered)} deliveries were seen on the wire, ${number(counts.connects)} sign-ins, `
      + `${number(counts.disconnects)} lost connections, ${number(counts.reads)} reads of history, `
      + `${number(counts.syncs)} times a device was complete. `
      + [["WebSocket", counts.webSocket], ["gRPC", counts.grpc]].map(([name, part]) =>
        `${number(part.devices)} devices spoke ${name}: ${number(part.connects)} sign-ins, `
        + `${number(part.acknowledged)} acknowledgements.`).join(" ")),
    table(["from the moment due, in ms", ">p50", ">p99", ">p99.9", ">max", ">count"],
      [latencies("to the acknowledgement", data.acknowledged_ms), latencies("to a device, on the wire", data.delivered_ms)])];
}

function rows() {
  const marks = new Map();
  broken.flatMap(property => property.violations).filter(violation => violation.at_s !== undefined).forEach(violation => {
    const place = Math.round((violation.at_s / end) * PLACES);
    const bar = { from: violation.at_s, to: violation.at_s, label: violation.what, target: violation.id };
    marks.set(place, marks.get(place) ?? bar);
  });
  const kinds = Map.groupBy(faults, fault => fault.kind);
  const bars = [...kinds].map(([name, all]) => ({ name, bars: all.map(fault => ({ ...fault, target: fault.id })) }));
  return marks.size > 0 ? [{ name: "broken", className: "mark", bars: [...marks.values()] }, ...bars] : bars;
}

function timeline() {
  const x = data.seconds.map((second, i) => i + 0.5), over = data.load_end_s < end ? data.load_end_s : undefined;
  const line = (label, colour, value) => ({ label, colour, values: data.seconds.map(value) });
  const latency = which => second => (second.latencies.count === 0 ? null : Math.max(0.1, second.latencies[which]));
  const panel = (title, unit, series, log = false) =>
    chart({ title, unit, series, log, x, xUnit: " s", xRange: [0, end], bands: faults, over, sync: "run" });
  const all = rows();
  return [
    all.length > 0 && events(broken.length > 0 ? "promises seen broken, and faults" : "faults", all, end),
    panel("messages in each second", "/s", [line("due", "--b", second => second.due),
      line("acknowledged", "--a", second => second.acknowledged)]),
    panel("from due to acknowledged", " ms", [line("p50", "--a", latency("p50")), line("p99", "--b", latency("p99"))], true),
    panel("messages due and not settled", "", [line("waiting", "--b", second => second.waiting)]),
    panel("connections in each second", "/s", [line("made", "--a", second => second.connects),
      line("lost", "--b", second => second.disconnects)]),
    element("p", { className: "note" }, "At the dashed line the load is over: new devices sign in and read everything.",
      all.length > 0 && " Each bar leads to what it stands for.")];
}

function faultTable() {
  const time = value => number(value, 1) + " s";
  return faults.length === 0 ? [element("p", {}, "None.")] : [
    table([">from", "what", "whom", "how", ">lasted", ">silence", ">as usual after"], faults.map(fault =>
      Object.assign([time(fault.from), fault.kind, fault.target, fault.detail, time(fault.to - fault.from),
        time(fault.silence_s), fault.back_s === undefined ? "not in this run" : time(fault.back_s)], { id: fault.id }))),
    element("p", { className: "note" }, "Silence is the longest time without any acknowledgement that touches the fault. "
      + "As usual is the first second after the healing whose p99 is at most twice the median p99 of seconds without a "
      + "fault, plus 50 ms.")];
}

const told = section("Promises", promises());
const happened = [section("What happened", ...counts()), section("Timeline", ...timeline())];
show(element("h1", {}, "Delivery check"), element("p", {}, data.setting), conclusion(),
  data.kept ? [...happened.flat(), ...told]
    : [...told, ...section("Where they were broken", ...broken.flatMap(violations)), ...happened.flat()],
  section("Faults", ...faultTable()),
  element("p", {}, "Run it again: ", element("code", {}, data.again)));
addEventListener("hashchange", unfold);
unfold();
