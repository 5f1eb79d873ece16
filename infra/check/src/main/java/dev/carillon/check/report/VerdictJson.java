package dev.carillon.check.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import dev.carillon.report.Page;

/// A verdict for programs, one JSON object; and a page for people that shows it.
public final class VerdictJson {
  private static final Gson JSON = new Gson();
  private static final double NANOS = 1e9;

  private VerdictJson() {}

  /// The page, which needs nothing else.
  public static String page(Verdict verdict) {
    String title = "Carillon: delivery check, " + (verdict.kept() ? "kept" : "BROKEN");
    return Page.html(title, VerdictJson.class, "verdict.js", of(verdict));
  }

  /// The object.
  public static JsonObject of(Verdict verdict) {
    JsonObject json = new JsonObject();
    json.addProperty("kept", verdict.kept());
    json.addProperty("conclusion", verdict.conclusion());
    json.addProperty("setting", verdict.setting());
    json.addProperty("again", verdict.again());
    json.add("counts", JSON.toJsonTree(verdict.counts()));
    json.addProperty("held", verdict.held());
    json.add("acknowledged_ms", JSON.toJsonTree(verdict.timeline().acknowledged()));
    json.add("delivered_ms", JSON.toJsonTree(verdict.timeline().delivered()));
    json.addProperty("load_end_s", verdict.timeline().loadEnd());
    json.add("seconds", JSON.toJsonTree(verdict.timeline().seconds()));
    JsonArray faults = new JsonArray();
    verdict.recoveries().forEach(recovery -> faults.add(fault(recovery)));
    json.add("faults", faults);
    JsonArray properties = new JsonArray();
    verdict.judgements().forEach(judgement -> properties.add(property(judgement)));
    json.add("properties", properties);
    return json;
  }

  private static JsonObject fault(Recovery recovery) {
    JsonObject fault = new JsonObject();
    fault.addProperty("kind", recovery.fault().kind().option());
    fault.addProperty("target", recovery.fault().target());
    fault.addProperty("detail", recovery.fault().detail());
    fault.addProperty("began_at_nanos", recovery.beganAt());
    fault.addProperty("ended_at_nanos", recovery.endedAt());
    fault.addProperty("silence_s", recovery.silence());
    recovery.back().ifPresent(back -> fault.addProperty("back_s", back));
    return fault;
  }

  private static JsonObject property(Verdict.Judgement judgement) {
    JsonObject property = new JsonObject();
    property.addProperty("name", judgement.property().name());
    property.addProperty("promise", judgement.property().promise());
    property.addProperty("kept", judgement.kept());
    JsonArray violations = new JsonArray();
    judgement.violations().forEach(violation -> violations.add(violation(violation)));
    property.add("violations", violations);
    return property;
  }

  private static JsonObject violation(Violation violation) {
    JsonObject json = new JsonObject();
    json.addProperty("what", violation.what());
    violation.events().stream()
        .mapToDouble(event -> event.at() / NANOS)
        .max()
        .ifPresent(at -> json.addProperty("at_s", at));
    json.add("events", JSON.toJsonTree(violation.events().stream().map(Event::toString).toList()));
    return json;
  }
}
