package dev.carillon.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The command as people run it, for a short time, on an installation that is broken meanwhile.
class CheckIT {
  @Test
  void theContractIsKeptWhileThingsBreak() throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Path data = Path.of("target", "check-it");
    int code =
        new CommandLine(new CheckCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "--duration",
                "20s",
                "--clients",
                "6",
                "--rate",
                "30",
                "--faults",
                "all",
                "--seed",
                "7",
                "--data",
                data.toString(),
                "--report",
                data.resolve("report.html").toString(),
                "--json");

    assertThat(code).as("%s%n%s", err, out).isEqualTo(ExitCodes.OK);
    JsonObject verdict = JsonParser.parseString(out.toString()).getAsJsonObject();
    JsonObject counts = verdict.getAsJsonObject("counts");
    assertThat(counts.get("acknowledged").getAsInt()).isPositive();
    requireGrpcDevices(counts.getAsJsonObject("grpc"));
    assertThat(verdict.getAsJsonArray("faults")).isNotEmpty();
    assertThat(Files.readString(data.resolve("report.html"))).contains("The contract was kept");
  }

  private static void requireGrpcDevices(JsonObject grpc) {
    assertThat(grpc.get("devices").getAsInt()).isEqualTo(6);
    assertThat(grpc.get("acknowledged").getAsInt()).isPositive();
  }
}
