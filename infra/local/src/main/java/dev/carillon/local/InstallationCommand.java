package dev.carillon.local;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.carillon.installation.InstallationFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command about a whole installation has: its options, and how it prints.
abstract class InstallationCommand implements Callable<Integer> {
  /// Turns records into JSON objects.
  static final Gson JSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .disableHtmlEscaping()
          .create();

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The installation's data folder. Default: .carillon in the clone.")
  @Nullable Path data;

  @Option(names = "--json", description = "Print JSON objects, one a line, and nothing else.")
  boolean json;

  final InstallationFolder folder() {
    return InstallationFolder.of(data);
  }

  /// Prints a result: objects with `--json`, else lines for people.
  final void print(List<?> objects, List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      objects.forEach(object -> out.println(JSON.toJson(object)));
    } else {
      lines.forEach(out::println);
    }
    out.flush();
  }
}
