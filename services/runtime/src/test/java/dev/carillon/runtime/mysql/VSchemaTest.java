package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class VSchemaTest {
  private final VSchema vschema = VSchema.of(Schema.of(VSchemaTest.class, "schema-test"));

  @Test
  void takesTheFirstColumnOfEachPrimaryKey() {
    assertThat(vschema.columns()).isEqualTo(Map.of("item", "id", "counter", "id"));
  }

  @Test
  void isWrittenAsVitessReadsIt() {
    assertThat(vschema.json())
        .isEqualTo(
            """
            {
              "sharded": true,
              "vindexes": {"xxhash": {"type": "xxhash"}},
              "tables": {
                "counter": {"column_vindexes": [{"column": "id", "name": "xxhash"}]},
                "item": {"column_vindexes": [{"column": "id", "name": "xxhash"}]}
              }
            }
            """);
  }
}
