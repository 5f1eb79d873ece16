package dev.carillon.check.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/// A verdict for programs: one JSON object.
public final class VerdictJson {
  private static final Gson JSON = new Gson();

  private VerdictJson() {}

  /// The object.
  public static JsonObject of(Verdict verdict) {
    JsonObject json = new JsonObject();
    json.addProperty("kept", verdict.kept());
    json.addProperty("setting", verdict.setting());
    json.addProperty("again", verdict.again());
    json.add("counts", JSON.toJsonTree(verdict.counts()));
    json.addProperty("held", verdict.held());
    json.add("acknowledged_ms", JSON.toJsonTree(verdict.timeline().acknowledged()));
    json.add("delivered_ms", JSON.toJsonTree(verdict.timeline().delivered()));
    json.add("faults", faults(verdict));
    json.add("properties", properties(verdict));
    return json;
  }

  private static JsonArray faults(Verdict verdict) {
    JsonArray faults = new JsonArray();
    for (Recovery recovery : verdict.recoveries()) {
      JsonObject fault = new JsonObject();
      fault.addProperty("kind", recovery.fault().kind().option());
      fault.addProperty("target", recovery.fault().target());
      fault.addProperty("detail", recovery.fault().detail());
      fault.addProperty("began_at_nanos", recovery.beganAt());
      fault.addProperty("ended_at_nanos", recovery.endedAt());
      fault.addProperty("silence_s", recovery.silence());
      recovery.back().ifPresent(back -> fault.addProperty("back_s", back));
      faults.add(fault);
    }
    return faults;
  }

  private static JsonArray properties(Verdict verdict) {
    JsonArray properties = new JsonArray();
    for (Verdict.Judgement judgement : verdict.judgements()) {
      JsonObject property = new JsonObject();
      property.addProperty("name", judgement.property().name());
      property.addProperty("kept", judgement.kept());
      JsonArray violations = new JsonArray();
      judgement.violations().forEach(violation -> violations.add(violation.what()));
      property.add("violations", violations);
      properties.add(property);
    }
    return properties;
  }
}
