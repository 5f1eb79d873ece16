package dev.carillon.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.mysql.VSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The VSchema files, which operators of Vitess apply, follow from the schema files.
final class VSchemaFilesTest {
  @ParameterizedTest
  @ValueSource(strings = {"schema/conversation", "schema/mailbox"})
  void isWhatTheTablesSay(String folder) throws Exception {
    Path file = Path.of("src/main/resources", folder, "vschema.json");

    assertThat(Files.readString(file))
        .isEqualTo(VSchema.of(Schema.of(MessageApp.class, folder)).json());
  }
}
