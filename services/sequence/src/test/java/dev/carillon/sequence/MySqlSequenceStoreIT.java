package dev.carillon.sequence;

import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.mysql.VSchema;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MySqlSequenceStoreIT extends SequenceStoreContract {
  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(Cluster.DATABASE);

  private MySqlDatabase database;

  @BeforeEach
  void open() throws InterruptedException, TimeoutException {
    database =
        MySqlDatabase.open(Cluster.mysql(mariaDb), new Health(), Metrics.none(), System::nanoTime);
    Schema schema = Schema.of(SequenceApp.class, "schema");
    if (database.isVitess()) {
      VSchema.of(schema).awaitIn(database);
    } else {
      schema.migrate(database);
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  SequenceStore store() {
    return new MySqlSequenceStore(database, FailPoints.NONE);
  }
}
