package dev.carillon.check.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import dev.carillon.report.Page;
import java.util.LinkedHashMap;
import java.util.Map;

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
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kept", verdict.kept());
    json.put("conclusion", verdict.conclusion());
    json.put("setting", verdict.setting());
    json.put("again", verdict.again());
    json.put("counts", verdict.counts());
    json.put("held", verdict.held());
    json.put("acknowledged_ms", verdict.timeline().acknowledged());
    json.put("delivered_ms", verdict.timeline().delivered());
    json.put("load_end_s", verdict.timeline().loadEnd());
    json.put("seconds", verdict.timeline().seconds());
    json.put("faults", verdict.recoveries().stream().map(VerdictJson::fault).toList());
    json.put("properties", verdict.judgements().stream().map(VerdictJson::property).toList());
    return JSON.toJsonTree(json).getAsJsonObject();
  }

  private static Map<String, Object> fault(Recovery recovery) {
    Map<String, Object> fault = new LinkedHashMap<>();
    fault.put("kind", recovery.fault().kind().option());
    fault.put("target", recovery.fault().target());
    fault.put("detail", recovery.fault().detail());
    fault.put("began_at_nanos", recovery.beganAt());
    fault.put("ended_at_nanos", recovery.endedAt());
    fault.put("silence_s", recovery.silence());
    recovery.back().ifPresent(back -> fault.put("back_s", back));
    return fault;
  }

  private static Map<String, Object> property(Verdict.Judgement judgement) {
    Map<String, Object> property = new LinkedHashMap<>();
    property.put("name", judgement.property().name());
    property.put("promise", judgement.property().promise());
    property.put("kept", judgement.kept());
    property.put(
        "violations", judgement.violations().stream().map(VerdictJson::violation).toList());
    return property;
  }

  private static Map<String, Object> violation(Violation violation) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("what", violation.what());
    violation.events().stream()
        .mapToDouble(event -> event.at() / NANOS)
        .max()
        .ifPresent(at -> json.put("at_s", at));
    json.put("events", violation.events().stream().map(Event::text).toList());
    return json;
  }
}
