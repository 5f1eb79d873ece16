package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A program that starts the commands it is given, prints the process ids, and waits to be killed.
///
/// Arguments: `engines CACHE DATA`, or `command FOLDER COMMAND…`.
final class ParentMain {
  private ParentMain() {}

  public static void main(String[] arguments) throws IOException {
    Path second = Path.of(arguments[1]);
    if (arguments[0].equals("engines")) {
      EngineBinaries binaries = new EngineBinaries(second, System.getenv(), _ -> {});
      EnginesPlan plan =
          EnginesPlan.NONE
              .withEtcd(EtcdOptions.DEFAULT)
              .withRedis(RedisOptions.DEFAULT)
              .withMariaDb(MariaDbOptions.of("app", "pw", List.of("app_one")));
      Engines engines = Engines.start(binaries, Path.of(arguments[2]), plan, _ -> {});
      engines.all().forEach(engine -> System.out.println(engine.pid()));
    } else {
      List<String> command = List.of(arguments).subList(2, arguments.length);
      ChildProcess child =
          ChildProcess.start(command, second, System.getenv(), second.resolve("child.log"));
      System.out.println(child.pid());
    }
    System.out.println("started");
    System.in.read();
  }
}
